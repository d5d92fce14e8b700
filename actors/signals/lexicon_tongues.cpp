#include <iterator>

#include "actors/signals/lexicon_words.hpp"

namespace outcry::signals {

namespace {

// The labels of calls in Spanish, Portuguese, Italian, French, German, Turkish, Indonesian, Polish,
// Russian, Persian, Arabic, Chinese, Japanese and Korean, and words that make a call none. What is
// English as well is left out, and so are reports and wishes: an update in these languages is for a
// person.
constexpr word_family tongues[] = {
    {term::long_word, "largo|лонг|лонгуем|لانگ|做多|多单|开多|롱"},
    {term::short_word, "corto|шорт|шортим|شورت|做空|空单|开空|숏"},
    {term::buy_word,
     "compra|comprar|compramos|acquisto|achat|acheter|kauf|kaufen|kaufe|beli|покупка|покупаем|"
     "купить|خرید|买入|買い|매수|شراء|kup"},
    {term::sell_word,
     "venta|vender|venda|vendita|vendi|vente|vendre|verkauf|verkaufen|jual|продажа|продаем|продаём|"
     "продать|فروش|卖出|売り|매도|بيع|sprzedaj"},
    {term::entry_label,
     "entrada|entradas|zona de entrada|precio de entrada|zona de compra|zona de venta|zona de "
     "venda|entrata|ingresso|entrée|entrées|zone dachat|prix dentrée|einstieg|einstiegspreis|"
     "kaufzone|giriş|giris|giriş bölgesi|вход|вход по|точка входа|точки входа|зона входа|цена "
     "входа|зона покупки|зона продажи|ورود|نقطه ورود|محدوده "
     "ورود|入场|进场|入场价|开仓|エントリー|진입|진입가|دخول|wejście"},
    {term::stop_label,
     "parada|stoppkurs|stopp|zarar durdur|zarar kes|стоп|стоп лосс|стоплосс|стопы|"
     "сл|حد ضرر|استاپ|止损|损切り|損切り|손절|손절가|وقف الخسارة"},
    {term::target_label,
     "objetivo|objetivos|toma de ganancias|alvo|alvos|obiettivo|obiettivi|objectif|objectifs|"
     "cible|cibles|ziel|ziele|kursziel|kursziele|hedef|hedefler|цель|цели|тейк|тейки|тейк профит|"
     "тейкпрофит|тп|تارگت|تارگت ها|هدف|اهداف|حد "
     "سود|止盈|目标|利確|목표|목표가|익절|الهدف|الأهداف|cel|cele"},
    {term::leverage_label,
     "apalancamiento|alavancagem|leva|levier|effet de levier|hebel|kaldıraç|kaldirac|плечо|اهرم|"
     "لوریج|杠杆|레버리지|レバレッジ"},
    {term::symbol_label, "moneda|moeda|paire|coppia|par|монета|пара|тикер|ارز|جفت ارز"},
    {term::side_label,
     "dirección|direccion|direção|richtung|direzione|tipo|направление|тип|سمت|نوع"},
    {term::market,
     "mercado|ahora|agora|maintenant|jetzt|по рынку|рынок|сейчас|现价|市价|시장가|成行"},
    {term::limit, "límite|limite|лимит|лимитка|лимитный"},
    {term::spot, "спот|اسپات"},
    {term::futures, "futuros|фьючерсы|фьючерс|фьюч|فیوچرز"},
    {term::risk_label, "riesgo|risco|risque|risiko|риск|ریسک"},
    {term::joiner, "до|и|تا|و|bis|und|oder|или"},
    {term::filler, "от|по|на|в|zona|от|около"},
    {term::doubt,
     "если|может|возможно|жду|ждем|ждём|когда|думаю|wenn|vielleicht|quizás|quizas|quizá|"
     "talvez|forse|eğer|belki|cuando|quando|quand|espero|esperar|esperando|aguardar|warten|"
     "peut être|si rompe|si baja|si sube|si pierde|si cierra|se romper|se perder|si casse|اگر|"
     "شاید|如果|可能|等待|만약|もし"},
    {term::negation, "не|нет|nicht|kein|keine|não|nao|ne pas|değil|نه"},
    {term::story,
     "вчера|итоги|результат|результаты|gestern|ergebnis|ayer|ontem|resultado|resultados|ieri|"
     "risultati|résultat|résultats|dün|دیروز|نتیجه|昨天|어제|昨日"},
};

}  // namespace

const word_family* begin_tongues() {
  return std::begin(tongues);
}

const word_family* end_tongues() {
  return std::end(tongues);
}

}  // namespace outcry::signals
