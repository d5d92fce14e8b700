#include "actors/signals/instruments.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace outcry::signals {

namespace {

using name_set = std::unordered_set<std::string_view>;

name_set split(std::string_view names) {
  name_set result;
  while (!names.empty()) {
    const auto end = names.find(' ');
    result.insert(names.substr(0, end));
    if (end == std::string_view::npos) break;
    names.remove_prefix(end + 1);
  }
  return result;
}

const name_set& currencies() {
  static const auto names = split(
      "usd eur gbp jpy chf cad aud nzd sek nok dkk pln huf czk try zar mxn sgd hkd cnh cny inr brl "
      "thb krw rub ils");
  return names;
}

const name_set& great_currencies() {
  static const auto names = split("usd eur gbp jpy chf cad aud nzd");
  return names;
}

const name_set& quotes() {
  static const auto names = split("usdt usdc busd usd fdusd tusd dai btc eth bnb eur usdtm perp");
  return names;
}

const name_set& coins() {
  static const auto names = split(
      "btc eth sol xrp bnb ada doge dot avax matic pol link ltc bch etc xlm atom algo near ftm "
      "sand "
      "mana axs gala ape crv aave uni sushi comp mkr snx yfi bal rlc kcs dydx gmx arb op sui apt "
      "sei "
      "tia inj rndr render fet agix ocean wld pepe shib floki bonk wif popcat mew ondo jup pyth "
      "jto "
      "ena ethfi strk zk zro blur ldo rpl ssv icp fil ar grt egld hbar vet theta xtz eos trx ton "
      "not "
      "neo qtum iota dash zec xmr kas stx ordi sats rune kava cake chz enj flow imx lrc mask ens "
      "people jasmy hot one rose celo ckb iotx zil icx ont waves ksm 1inch ankr storj skl band "
      "alice tlm c98 lina ctk reef chr coti dent hook high magic id edu cfx agld cyber arkm mav "
      "pendle uma trb loom bigtime ace nfp xai manta alt pixel portal axl ordi dym bome w tnsr "
      "saga "
      "omni rez bb io lista banana hmstr cati eigen scr kaia moodeng goat pnut act hippo virtual "
      "aixbt fartcoin trump melania ai16z griffain bera kaito layer ip red shell nil paxg usual "
      "move me hype vana pengu mova bio cgpt sonic s anime ray rvn ksm xvs nkn hnt lpt gmt gst "
      "luna "
      "lunc ustc ftt srm perp bake sxp bts mft mda poly ppt sys nuls ark xem zen zrx bat omg knc "
      "fartcoin brett turbo mog neiro gigachad spx ath zeta metis mantle mnt aevo woo high super "
      "people ygg beam pyr slp rad rare mdt mtl phb pha cos cvx cvc ctsi dgb dusk elf forth fun "
      "fxs "
      "gtc glm gno hft hive idex jst key keep lever lit lto lsk mbl mbox ogn om oxt pols powr "
      "qnt quick rad rei rif rlc sc spell stg sun sxp tru t twt unfi utk vib vtho wan win wrx xno "
      "xvg");
  return names;
}

const name_set& stocks() {
  static const auto names = split(
      "aapl msft amzn goog googl meta fb tsla nvda amd intc nflx spy qqq iwm dia spx spxw ndx vix "
      "pltr nio baba ba dis jpm bac wfc gs ms c v ma pypl sq shop roku snap uber lyft abnb coin "
      "hood sofi rivn lcid f gm amc gme bb nok bbby xom cvx oxy pfe mrna jnj mrk unh cvs wmt tgt "
      "cost hd low nke sbux mcd ko pep pg ibm orcl crm adbe avgo qcom txn mu lrcx amat asml tsm "
      "arm smci mstr mara riot clsk dell hpq csco t vz tmus zm docu pton snow net crwd panw zs "
      "okta "
      "ddog mdb team twlo dkng penn afrm upst chwy etsy ebay spce plug fcel tqqq sqqq soxl soxs "
      "uvxy tlt gld slv uso xle xlf xlk arkk rh nvax");
  return names;
}

const std::unordered_map<std::string_view, instrument>& special_names() {
  static const std::unordered_map<std::string_view, instrument> names = [] {
    std::unordered_map<std::string_view, instrument> result;
    const auto add = [&](std::string_view all, const char* ticker, asset_kind kind) {
      for (const auto name : split(all)) result.emplace(name, instrument{ticker, "", kind});
    };
    add("gold xau xauusd goldusd", "XAUUSD", asset_kind::metal);
    add("silver xag xagusd", "XAGUSD", asset_kind::metal);
    add("us30 dj30 dow ws30 us30cash", "US30", asset_kind::index);
    add("nas100 nasdaq100 nasdaq ustec nas", "NAS100", asset_kind::index);
    add("us100", "US100", asset_kind::index);
    add("us500 spx500 sp500", "US500", asset_kind::index);
    add("ger40 dax ger30 de40 dax40", "GER40", asset_kind::index);
    add("uk100 ftse ftse100", "UK100", asset_kind::index);
    add("jp225 nikkei nikkei225", "JP225", asset_kind::index);
    add("usoil wti crudeoil crude wtiusd xtiusd", "USOIL", asset_kind::future);
    add("ukoil brent xbrusd", "UKOIL", asset_kind::future);
    add("natgas xngusd", "NATGAS", asset_kind::future);
    const auto coin = [&](std::string_view name, const char* ticker) {
      result.emplace(name, instrument{ticker, "", asset_kind::crypto});
    };
    coin("bitcoin", "BTC");
    coin("ethereum", "ETH");
    coin("ether", "ETH");
    coin("solana", "SOL");
    coin("ripple", "XRP");
    coin("dogecoin", "DOGE");
    coin("litecoin", "LTC");
    coin("cardano", "ADA");
    coin("polkadot", "DOT");
    coin("avalanche", "AVAX");
    coin("chainlink", "LINK");
    coin("polygon", "MATIC");
    coin("shiba", "SHIB");
    return result;
  }();
  return names;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

bool is_currency(std::string_view name) {
  return currencies().contains(name);
}

bool is_quote(std::string_view name) {
  return quotes().contains(name);
}

bool is_known_coin(std::string_view name) {
  return coins().contains(name);
}

bool is_known_stock(std::string_view name) {
  return stocks().contains(name);
}

bool is_unmistakable(std::string_view name) {
  static const auto words = split(
      "dot near link sand mana gala ape sushi comp rose one hot waves band alice hook high magic "
      "alt pixel portal bigtime people saga banana act not cake flow mask cos fun key keep lever "
      "rad rare quick super beam hive lit spell sun tru win wan move hype red shell layer usual "
      "ray turbo brett dash dent reef dusk blur theta ocean render pixel moodeng virtual cati "
      "bonk mantle metis people sonic anime trump melania loom ace coin snap hood shop cost low "
      "dis dia arm net team plug dell visa snow meta intel ford mining slv gold ordi cyber arch "
      "etc ark pond om lista io bb not edu ens neo storm sys gas aim are can for has main run car "
      "eat now play all bat wax dodo mina mir cat dog sol");
  if (name.size() < 3 || (words.contains(name) && name != "sol")) return false;
  return is_known_coin(name) || is_known_stock(name);
}

bool is_known_future(std::string_view name) {
  static const auto names = split("es nq ym rty cl gc ng mes mnq mym m2k mcl mgc zb zn zw zs zc");
  return names.contains(name);
}

std::string upper_case(std::string_view name) {
  std::string result{name};
  for (auto& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

std::optional<instrument> known_instrument(std::string_view name) {
  const auto& special = special_names();
  if (const auto found = special.find(name); found != special.end()) return found->second;
  if (name.size() == 6 && is_currency(name.substr(0, 3)) && is_currency(name.substr(3)) &&
      name.substr(0, 3) != name.substr(3))
    return instrument{upper_case(name), "", asset_kind::forex};
  return std::nullopt;
}

std::optional<instrument> joined_pair(std::string_view name, bool sure) {
  if (const auto known = known_instrument(name)) return known;
  for (std::string_view end : {"perp", "perpetual", "futures"})
    if (ends_with(name, end) && name.size() > end.size() + 1) {
      name.remove_suffix(end.size());
      break;
    }
  for (std::string_view quote : {"usdt", "usdc", "fdusd", "busd", "usd", "btc", "eth", "bnb"}) {
    if (!ends_with(name, quote)) continue;
    const auto base = name.substr(0, name.size() - quote.size());
    const bool plain = quote.size() > 3 && quote != "perp";
    if (is_currency(base) || (!plain && !sure && !is_known_coin(base))) return std::nullopt;
    // "steth" is a coin, no pair.
    if ((quote == "btc" || quote == "eth" || quote == "bnb") && !is_known_coin(base))
      return std::nullopt;
    if (base == "xau") return instrument{"XAUUSD", "", asset_kind::metal};
    return instrument{upper_case(base), upper_case(quote), asset_kind::crypto};
  }
  return std::nullopt;
}

std::optional<instrument> pair_of(std::string_view base, std::string_view quote) {
  if (base == quote) return std::nullopt;
  if (is_currency(base) && is_currency(quote)) {
    return instrument{upper_case(base) + upper_case(quote), "", asset_kind::forex};
  }
  if ((base == "xau" || base == "gold") && is_currency(quote))
    return instrument{"XAUUSD", "", asset_kind::metal};
  if ((base == "xag" || base == "silver") && is_currency(quote))
    return instrument{"XAGUSD", "", asset_kind::metal};
  if (!is_quote(quote) || is_currency(base) || quote == "perp") return std::nullopt;
  if (const auto known = known_instrument(base); known && known->kind == asset_kind::crypto)
    return instrument{known->ticker, upper_case(quote), asset_kind::crypto};
  return instrument{upper_case(base), upper_case(quote), asset_kind::crypto};
}

bool plausible_rate(std::string_view pair, Price price) {
  std::string name;
  for (char c : pair) name += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (name.size() != 6) return true;
  const std::string_view base = std::string_view{name}.substr(0, 3);
  const std::string_view quote = std::string_view{name}.substr(3);
  if (!great_currencies().contains(base) || !great_currencies().contains(quote)) return true;
  if (quote == "jpy") return price >= Price::from_integer(40) && price <= Price::from_integer(400);
  return price >= Price::from_units(detail::decimal_one / 5) && price <= Price::from_integer(5);
}

}  // namespace outcry::signals
