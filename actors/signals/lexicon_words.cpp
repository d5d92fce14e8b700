#include "actors/signals/lexicon_words.hpp"

#include <iterator>

namespace outcry::signals {

namespace {

constexpr word_family families[] = {
    {term::long_word,
     "long|longs|longing|bullish|go long|long position|long trade|buy long|long signal|long setup"},
    {term::short_word,
     "short|shorts|shorting|bearish|go short|short position|short trade|sell short|short "
     "signal|short setup"},
    {term::buy_word, "buy|buying|bought|buy signal|buy stop"},
    {term::sell_word, "sell|selling|sell signal|sell stop"},
    {term::bto, "bto|buy to open"},
    {term::stc, "stc|sell to close"},
    {term::sto, "sto|sell to open"},
    {term::entry_label,
     "entry|entries|entry zone|entry zones|entry price|entry prices|entry target|entry targets|"
     "entry point|entry points|entry level|entry levels|entry area|entry range|entry limit|"
     "entry order|entry orders|enter|entering|enter at|entered|buy zone|buy area|buy price|"
     "buy range|buy level|buy levels|buy entry|buying zone|buying range|buying price|buy at|"
     "buy around|buy between|sell zone|sell area|sell entry|sell range|sell at|sell between|"
     "short zone|short entry|long entry|long zone|long entries|short entries|ep|price|open price|"
     "limit order|limit price|limit entry|execution price|open at|accumulate|accumulation zone|"
     "average entry|avg entry|opening price|open|entrance|en|long at|short at|"
     "long from|short from|buy from|sell from|order price"},
    {term::stop_label,
     "sl|ssl|stop|stops|stoploss|stoplosses|stop loss|stop losses|stop target|stop targets|s l|"
     "hard stop|hard sl|stop price|stop level|stop order|protective stop|stop loss target|"
     "stop loss targets|stop loss price|sl price|sl point|sl level|sl target|stop at|"
     "invalidation|invalidation level|invalidation point|invalid below|invalid above|inval|"
     "soft stop|soft sl|stope|stopp|stoplos|stop los|stop lose|stoplose|stoploos|stop lost|sl "
     "set|stop set|stop loss set|stop loss at|stop point|stp|protect at|protection at"},
    {term::target_label,
     "targeting|tp|tps|target|targets|tg|tgs|tgt|tgts|pt|pts|take profit|take profits|takeprofit|"
     "takeprofits|take profit target|take profit targets|profit target|profit targets|"
     "price target|price targets|t p|tp point|tp level|tp levels|tp target|tp targets|tp set|"
     "tp zone|target price|target prices|target zone|target level|target levels|sell target|"
     "sell targets|exit target|exit targets|exit price|tp price|take profit levels|"
     "take profit level|short term targets|mid term targets|goal|goals|objective|objectives|"
     "short targets|long targets|selling target|selling targets|take profit at|target at"},
    {term::leverage_label,
     "leverage|lev|leverages|leverage used|recommended leverage|max leverage|"
     "use leverage"},
    {term::cross, "cross|crossed"},
    {term::isolated, "isolated|iso"},
    {term::add_label,
     "add|adds|add at|add more at|adding|adding at|dca|dca at|dca price|dca level|dca "
     "zone|rebuy|re "
     "buy|dca entry"},
    {term::symbol_label,
     "pair|symbol|coin|ticker|asset|currency pair|coin name|coin pair|trading pair|"
     "instrument|market pair|token|crypto|stock|pairs"},
    {term::size_label,
     "size|wallet size|position size|wallet|amount|margin|capital|allocation|"
     "qty|quantity|lot|lots|lot size|use|weight|portfolio|account size|"
     "position sizing|funds|balance|fund"},
    {term::risk_label, "risk|risking|risk per trade|risk reward|risk level|max risk|account risk"},
    {term::side_label,
     "direction|signal type|trade type|position type|position|side|type|order type|"
     "trade direction|action|trend|bias"},
    {term::other_label,
     "exchange|exchanges|period|profit|loss|duration|signal number|signal no|signal id|trade id|"
     "no|number|probability|accuracy|confidence|volume|vol|market cap|mcap|rsi|macd|ema|sma|"
     "support|resistance|supports|resistances|score|date|time|expiry|expires|exp|expiring|"
     "expiration|posted|strategy|"
     "version|winrate|win rate|success rate|reward|gain|gains|pnl|roi|roe|atr|vwap|"
     "current price|last price|mark price|market price now|ath|atl|high|low|key level|level|"
     "levels|fib|spread|average entry price|avg entry price|expected profit|potential profit|"
     "potential|estimated|est|max profit|members|copyright|rating|trailing configuration|"
     "short term|mid term|long term|swing term|watch level"},
    {term::ratio_label, "rr|r r|rrr|risk reward ratio|reward risk|ratio|risk to reward"},
    {term::timeframe, "daily|weekly|hourly|monthly|intraday"},
    {term::market,
     "cmp|market|mkt|now|market price|at market|current market price|market order|"
     "immediately|instant|market execution|instant execution|at cmp|current"},
    {term::limit, "limit|limits|pending|pending order"},
    {term::spot, "spot|spot trade"},
    {term::futures, "futures|perp|perps|perpetual|future|swap"},
    {term::risky,
     "risky|lotto|lottos|high risk|yolo|degen|very risky|super risky|gamble|lottery|"
     "aggressive|high risk trade|speculative"},
    {term::pips, "pip|pips|points|ticks"},
    {term::sats, "sat|sats|satoshi|satoshis"},
    {term::call_right, "call|calls"},
    {term::put_right, "put|puts"},
    {term::below, "below|under|beneath|less than"},
    {term::above, "above|over|more than"},
    {term::candle,
     "candle|candles|candle close|candle closes|candle closing|closes|closing|body|"
     "candle closure|closure"},
    // Events.
    {term::hit,
     "hit|hits|reached|reach|achieved|smashed|done|completed|complete|triggered|"
     "trigger|touched|crushed|destroyed|met|banged|hitted|cleared|booked|nailed|printed|"
     "secured|taken|tagged|got hit|gets hit|has hit|just hit|been hit|has been hit|have been hit|"
     "got reached|got tagged|got taken|got smashed"},
    {term::change,
     "move|moved|moving|set|setting|raise|raised|raising|update|updated|updating|adjust|adjusted|"
     "adjusting|change|changed|changing|bring|shift|shifted|trail|new|lower|lowered|tighten|"
     "tightening|"
     "tightened|put|place|bump|bumped|increase|reduce|reduced|edit|edited|modify|modified|slide|"
     "extend|extended|extending|moved up|move up|moved down|bring up|goes to"},
    {term::breakeven,
     "breakeven|break even|b e|bep|break even point|risk free|riskfree|"
     "entry level be|zero risk|cost|at cost|entry be"},
    {term::close_verb,
     "close|close out|close position|close trade|close now|close all|"
     "close here|close it|close this|close the trade|close the position|"
     "close manually|close fully|close full|flatten|closing here|closing now|"
     "closing this|closing out|closing position|closing the trade|closing all|"
     "closing my|close my|close everything|closing it|closing trade|close order"},
    {term::closed,
     "closed|closed out|closed at|exited|position closed|trade closed|manually closed|"
     "closed manually|fully closed|closed early|i closed|im flat|i am flat|we are flat"},
    {term::exit_verb,
     "exit|exiting|exit now|get out|bail|bailing|exit all|exit position|"
     "exit trade|cut|cutting|cut losses|cut it|dump"},
    {term::out,
     "out of|all out|im out|i am out|out here|out now|out full|fully out|out all|"
     "full out|got out|out the rest|im all out|out of this|out fully|out rest|out at"},
    {term::sold,
     "sold|sold all|all sold|sold out|unloaded|offloaded|sold rest|sold the rest|"
     "sold last|took off|took the rest off"},
    {term::stopped,
     "stopped|stopped out|got stopped|stop out|sl hit|stop hit|stoploss hit|"
     "stop loss hit|stopped us|"
     "sl triggered|sl reached|stop target hit|sl touched|stop triggered|"
     "stops hit|hit our stop|hit my stop|hit our sl"},
    {term::cancel,
     "cancel|cancelled|canceled|canceling|cancelling|cancels|invalidated|invalid|void|voided|"
     "scrap|scratch|no longer valid|not valid|remove order|remove orders|delete order|"
     "delete orders|remove limit|remove limits|pull order|pull orders|ignore this|delete limit|"
     "delete pending|remove pending|limit deleted|limits deleted|order deleted|orders deleted|"
     "limit removed|limits removed|order removed|orders removed|setup invalid|setup "
     "invalidated|ignore signal|not valid "
     "anymore"},
    {term::partial,
     "partial|partials|partially|some|some off|some profit|some profits|portion|"
     "piece|part|couple|few|partial profit|partial profits|little|a bit|partial tp|"
     "most|bulk|majority"},
    {term::half, "half|1 2|half off|half position|half size"},
    {term::trim,
     "trim|trimmed|trimming|trims|scale out|scaled out|scaling out|scaling|derisk|"
     "derisked|de risk|take partials|took partials|taking partials|trimmed some|"
     "light up|lightened|partial close|partial exit|partial take profit|"
     "take partial|taking partial|closed partial|close partial|reduced position|"
     "reduce position|take partial profit|take partial profits|partial tp taken"},
    {term::filled,
     "filled|filled in|got filled|fill|fills|filling|entry hit|entries hit|entry filled|"
     "limit filled|limit order filled|limit hit|order filled|order hit|activated|active|"
     "entry triggered|order triggered|limit triggered|trade triggered|trade active|trade activated|"
     "order executed|limit executed|entry activated|entry reached|orders filled|limits filled"},
    {term::trailing,
     "trailing|trailed|trailing stop|trailing sl|trailing stoploss|"
     "trailing stop loss|trail stop|trail sl|trail stops|ts"},
    {term::all, "all|every|entire|full|fully|whole|everything"},
    {term::take,
     "secure|take|taking|collect|collecting|took|book|booking|lock|locking|lock "
     "in|bank|banking|banked|"
     "locked|pocket|cash"},
    {term::runner, "runner|runners|rest|remaining|remainder|last bit|remaining position"},
    {term::last, "last|final"},
    {term::ordinal_first, "first"},
    {term::ordinal_second, "second"},
    {term::ordinal_third, "third"},
    {term::multiple, "double|doubling|doubled|triple|tripling"},
    // No call.
    {term::negation,
     "not|dont|didnt|doesnt|isnt|wasnt|havent|hasnt|wont|cant|never|without|"
     "no need|almost|nearly|close to|not yet|avoid|shy of|away from|didn|don|near tp"},
    {term::doubt,
     "wait for confirmation|waiting for confirmation|upon confirmation|after confirmation|"
     "if|when|once|unless|maybe|perhaps|might|may|could|would|should|will|wait|waiting|waits|"
     "watching|watch|watchlist|think|thinking|expect|expecting|expected|possible|possibly|"
     "probably|looking|hoping|hope|wish|considering|consider|whenever|after|until|before|eyeing|"
     "plan|planning|likely|suppose|guess|assuming|want|wanting|ideally|potentially|gonna|"
     "hypothetical|hypothetically|ignore|test signal|test alert|test trade|test call|test message|"
     "bot test|just testing|only a test|"
     "imagine|imagining|bullish on|bearish on|bullish above|bearish below|bullish bias|bearish "
     "bias|bias long|bias short|long bias|short bias|going to|lets "
     "see|idea|soon|next|tomorrow|upcoming|need|needs|ready"},
    {term::story,
     "in profit|in profits|in the green|in drawdown|still long|still short|still holding|already "
     "long|"
     "already short|scam|scammer|scammers|fake|he posts|he posted|he said|he says|they said|they "
     "say|she said|she says|"
     "expired|missed|paper trade|paper|backtest|backtested|backtesting|who|whos|anyone|still in|"
     "was|were|had|yesterday|yesterdays|recap|result|results|recovered|remember|last week|last "
     "month|last night|back then|hindsight|in hindsight|congrats|"
     "congratulations|from our|members made|we made|i made|up from|ran|example|e g|eg|"
     "history|previous|previously|earlier|ago|since|went|called|paid|dropped|rallied"},
    {term::mental, "mental|mentally"},
    // Nothing by itself.
    {term::joiner, "to|and|or|then|through|thru|n|till|und|y|down to|up to|followed by"},
    {term::filler,
     "at|in|is|are|on|around|near|nearby|approx|approximately|about|area|areas|zone|zones|ish|"
     "point|"
     "between|from|first|of|for|the|a|an|my|our|your|this|that|these|those|with|also|only|just|"
     "be|as|by|it|its|s|use|me|we|i|placed|support|break|breaks|breaking|usd|usdt|usdc|busd|max|"
     "min|ladder|scaled|bids|bid|asks|ask|dollar|dollars|usd t|per|each|orders|order|range|"
     "region|mark|back|towards|bottom|top|here|right|now at|valued|set at|avg|average|mid|cents"},
    {term::brand,
     "binance|bybit|bitget|bingx|mexc|kucoin|okx|okex|huobi|htx|gate|gateio|bitmex|bittrex|"
     "coinbase|kraken|ftx|phemex|poloniex|bitfinex|deribit|blofin|weex|lbank|coinex|hyperliquid|"
     "cornix|telegram|discord|twitter|tradingview|robinhood|webull|etoro|mt4|mt5|metatrader|"
     "binance futures|binance spot|bybit usdt|bybit linear|nasdaq|nyse|amex|pionex|toobit|bitunix"},
};

}  // namespace

const word_family* begin_families() {
  return std::begin(families);
}

const word_family* end_families() {
  return std::end(families);
}

}  // namespace outcry::signals
