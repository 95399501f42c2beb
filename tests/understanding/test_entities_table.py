"""Sentences as buyers write them, by kind, and what is read from each. Today is Tuesday, the 10th of March 2026."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.understanding.entities import Variant, negated, read

TODAY = date(2026, 3, 10)

# "159 CNY": the sum and its currency; "50": a sum without one.
AMOUNTS: list[tuple[str, list[str]]] = [
    ("我实付159.00元", ["159.00 CNY"]),
    ("你们多收了我三十块钱", ["30 CNY"]),
    ("两百三十元的鞋", ["230 CNY"]),
    ("一千二百块买的就这质量", ["1200 CNY"]),
    ("兩百塊也不退嗎", ["200 CNY"]),
    ("运费１２元谁出", ["12 CNY"]),
    ("三块五的邮费也要我出", ["3.5 CNY"]),
    ("12块5", ["12.5 CNY"]),
    ("五毛钱的事", ["0.5 CNY"]),
    ("1.2万块的电脑", ["12000 CNY"]),
    ("三万五元", ["35000 CNY"]),
    ("￥1,299.5 退我", ["1299.5 CNY"]),
    ("从89块降到69块了", ["89 CNY", "69 CNY"]),
    ("昨天降价到139", ["139"]),
    ("退我68就行", ["68"]),
    ("运费12 差价20", ["12", "20"]),
    ("满300减40的券没用上", ["300", "40"]),
    ("给我个10元券吧", ["10 CNY"]),
    ("RMB 88", ["88 CNY"]),
    ("我花了88.8", ["88.8"]),
    ("付了45美元", ["45 USD"]),
    ("港币300", []),  # the currency before the sum is written with a sign or a code
    ("I paid $1,299.50 for this", ["1299.50 USD"]),
    ("refund me 20 dollars", ["20 USD"]),
    ("it cost 45 plus shipping", ["45"]),
    ("was charged £6.80, then 80p", ["6.80 GBP", "0.80 GBP"]),
    ("€19,99", ["19 EUR"]),  # a comma in the decimals' place is not read
    ("only refunded 12.50", ["12.50"]),
    ("Rs. 786 paid", ["786 INR"]),
    ("there is a 14.99 charge on my card", ["14.99"]),
    ("it was fifteen quid", []),
    ("you take 1.00 from my bank", ["1.00"]),
    ("30 bucks shipping", ["30 USD"]),
    ("一共付了三百二", ["320"]),
    ("退我一百五", ["150"]),
    ("说好赔20结果只给5块", ["20", "5 CNY"]),
    ("原价259现在199", ["259", "199"]),
    ("2000多块的手机", ["2000 CNY"]),
    ("charged twice 39.90 each", ["39.90"]),
    ("refund of 25.99 not received", ["25.99"]),
    ("3 dollar fee", ["3 USD"]),
    ("千元机", []),
    ("24期免息", []),
    ("打开发现只有五块", []),
    ("ASIN B0FW8L5P", []),
    # no sums
    ("订单号 202603101234567", []),
    ("order 1042 is late", []),
    ("打5折买的", []),
    ("7天无理由", []),
    ("等了3天", []),
    ("买了2件", []),
    ("跟手机膜是一块发吗", []),
    ("一块屏幕碎了", []),
    ("两块电池少了一块", []),
    ("3月5号签收", []),
    ("3单元502", []),
    ("paid 3 weeks ago", []),
    ("20% off", []),
    ("size 42", []),
    ("元旦能发货吗", []),
    ("尾号7788", []),
    ("1080p screen", []),
    ("评价5星", []),
]

DATES: list[tuple[str, list[str]]] = [
    ("昨天收到的", ["03-09"]),
    ("前天收到的群子", ["03-08"]),
    ("大前天下的单", ["03-07"]),
    ("昨晚付的款", ["03-09"]),
    ("今天能发货吗", ["03-10"]),
    ("明天能到嗎", ["03-11"]),
    ("后天我不在家", ["03-12"]),
    ("上周五签收的", ["03-06"]),
    ("上週五簽收的", ["03-06"]),
    ("上星期天到的", ["03-08"]),
    ("上上周三买的", ["02-25"]),
    ("这周四能到吗", ["03-12"]),
    ("下周一送吧", ["03-16"]),
    ("周五到的货", ["03-06"]),
    ("周五能到吗", ["03-13"]),
    ("礼拜六收到的", ["03-07"]),
    ("3月5号签收的", ["03-05"]),
    ("三月五號簽收的", ["03-05"]),
    ("３月５日签收", ["03-05"]),
    ("3月5下的单", ["03-05"]),
    ("12月20号买的", ["2025-12-20"]),
    ("12月二十一号买的", ["2025-12-21"]),
    ("3月20号能到吗", ["03-20"]),
    ("预计3月12日到", ["03-12"]),
    ("去年12月1号买的", ["2025-12-01"]),
    ("2026年3月5日下单", ["03-05"]),
    ("二零二六年三月五日", ["03-05"]),
    ("25年11月11号买的", ["2025-11-11"]),
    ("2026-03-05", ["03-05"]),
    ("2026/3/5 买的", ["03-05"]),
    ("订单2026-03-05下的", ["03-05"]),
    ("5号签收的", ["03-05"]),
    ("22号发的货到现在没动", ["02-22"]),
    ("我是八号收到的", ["03-08"]),
    ("15号能到吗", ["03-15"]),
    ("上个月28号买的", ["02-28"]),
    ("这个月3号到的", ["03-03"]),
    ("3/5签收的", ["03-05"]),
    ("快递2/3签收的", ["02-03"]),
    ("3.5签收的", ["03-05"]),
    ("3天前收到的", ["03-07"]),
    ("两天前就签收了", ["03-08"]),
    ("一周前买的", ["03-03"]),
    ("2月29号买的", ["2024-02-29"]),
    ("I got it yesterday", ["03-09"]),
    ("the day before yesterday", ["03-08"]),
    ("arrived last Friday", ["03-06"]),
    ("it came on Monday", ["03-09"]),
    ("will it arrive by Friday?", ["03-13"]),
    ("can it come next monday", ["03-16"]),
    ("I bought it on the 5th", ["03-05"]),
    ("can you deliver on the 15th", ["03-15"]),
    ("ordered on the 28th", ["02-28"]),
    ("March 5th", ["03-05"]),
    ("bought it 5 March", ["03-05"]),
    ("on the 5th of Nov", ["2025-11-05"]),
    ("ordered 26th January 2025", ["2025-01-26"]),
    ("03-Oct-2025", ["2025-10-03"]),
    ("received 3/5", ["03-05"]),
    ("bought on 18/10.", ["2025-10-18"]),
    ("expected date 12Oct", ["2025-10-12"]),
    ("on 18/10", ["2025-10-18"]),
    ("it arrived 3 days ago", ["03-07"]),
    ("two weeks ago", ["02-24"]),
    ("delivered tmrw?", ["03-11"]),
    ("我3.8号收到的", ["03-08"]),
    ("元月15号买的", ["01-15"]),
    ("大前天夜里下单", ["03-07"]),
    ("星期天能送吗", ["03-15"]),
    ("说好3月12号到", ["03-12"]),
    ("it was supposed to come on March 8", ["03-08"]),
    ("arrives next wed", ["03-11"]),
    ("since last tuesday", ["03-03"]),
    ("bought 02/14", ["02-14"]),
    ("got this on the 1st of march", ["03-01"]),
    ("2个工作日能修好", []),
    ("第三天还没动静", []),
    ("保修一年", []),
    # no days
    ("7天无理由", []),
    ("三天了没人理", []),
    ("前几天买的", []),
    ("15天内退货", []),
    ("2到3天到货", []),
    ("周一到周五都有人吗", []),
    ("每周五上新", []),
    ("5号电池", []),
    ("8号楼", []),
    ("换37号的", []),
    ("13月5号", []),
    ("2月30号签收", []),
    ("2-3 weeks", []),
    ("over a week ago", []),
    ("24/7", []),
    ("my order is late 1/2", []),
    ("received 2/2 and it broke", ["02-02"]),
    ("Black Friday deal", []),
    ("you never deliver on a sunday", []),
    ("it may take 5 days", []),
    ("size 9", []),
    ("¥3.5", []),
]

PHONES: list[tuple[str, list[str]]] = [
    ("电话13812345566", ["13812345566"]),
    ("手机号改成 138 1234 5566", ["13812345566"]),
    ("138-1234-5566", ["13812345566"]),
    ("+86 138 1234 5566", ["13812345566"]),
    ("+8613812345566", ["13812345566"]),
    ("８６１３８１２３４５５６６", ["13812345566"]),
    ("寄出了 我电话13812345566", ["13812345566"]),
    ("call me on +44 7911 123456", ["447911123456"]),
    ("+1 (415) 555-2671", ["14155552671"]),
    ("my number is 415-555-2671", ["4155552671"]),
    ("0044 7911 123456", ["447911123456"]),
    ("+852 9123 4567", ["85291234567"]),
    ("13812345566和13987654321都行", ["13812345566", "13987654321"]),
    ("2026031012345678901", []),
    ("408-1234567-7654321", []),
    ("SF1234567890123", []),
    ("12812345566", []),
    ("1381234556", []),
    ("138****5566", []),
]

QUANTITIES: list[tuple[str, int | None]] = [
    ("退三件", 3),
    ("买了十二条", 12),
    ("要２件", 2),
    ("少了兩雙", 2),
    ("一起买的5本书", 5),
    ("少了一个", 1),
    ("i bought three shirts", 3),
    ("return 2 of them", 2),
    ("2 items arrived", 2),
    ("等了两个月", None),
    ("三个小时了", None),
    ("打了5个电话", None),
    ("发了3张照片", None),
    ("2天", None),
    ("11月22日", None),
    ("另一件", None),
    ("第二件", None),
    ("two weeks", None),
    ("one of the worst sellers", None),
    ("got 2 emails", None),
    ("三只杯子碎了一只", 3),
    ("ordered 4 mugs, one broke", 4),
    ("10双袜子只有9双", 10),
    ("我要退两个订单", None),
    ("数了9个位置", None),
]

# Size/colour all read, then wanted, got, bought as "size/colour".
GOODS: list[tuple[str, str, str, str, str]] = [
    ("收到的是红色,我买的是蓝色", "红色 蓝色", "/蓝色", "/红色", "/蓝色"),
    ("收到的是紅色,我買的是藍色", "红色 蓝色", "/蓝色", "/红色", "/蓝色"),
    ("我买的黑色 发来的是白色", "黑色 白色", "/黑色", "/白色", "/黑色"),
    ("想把M换成L", "M L", "L/", "M/", "/"),
    ("M码换L码", "M L", "L/", "M/", "/"),
    ("把Ｍ換成ＸＬ", "M XL", "XL/", "M/", "/"),
    ("买了M码,穿不了,换L", "M L", "L/", "M/", "M/"),
    ("37换38", "37 38", "38/", "37/", "/"),
    ("想换38码", "38", "38/", "/", "/"),
    ("换一双42.5的", "42.5", "42.5/", "/", "/"),
    ("鞋码换成三十八码", "38", "38/", "/", "/"),
    ("40码半的有吗", "40.5", "/", "/", "/"),
    ("帮我换大一码", "larger", "larger/", "/", "/"),
    ("想换小一号的", "smaller", "smaller/", "/", "/"),
    ("换成藏青的", "藏青色", "/藏青色", "/", "/"),
    ("我要的是蓝色不是红色", "蓝色 红色", "/蓝色", "/红色", "/蓝色"),
    ("收到的不是红色是蓝色", "红色 蓝色", "/红色", "/蓝色", "/红色"),
    ("想要黑色的XL", "XL 黑色", "XL/黑色", "/", "/"),
    ("发错了 我要白的", "白色", "/白色", "/", "/"),
    ("L码太大了", "L", "/", "L/", "/"),
    ("170/88A偏小", "170/88A", "/", "170/88A/", "/"),
    ("尺码M 颜色深灰色", "M 深灰色", "/", "/", "/"),
    ("买的均码", "均码", "/", "/", "均码/"),
    ("2XL有货吗", "2XL", "/", "/", "/"),
    ("ordered a medium, got a large", "M L", "M/", "L/", "M/"),
    ("exchange it for size 9", "9", "9/", "/", "/"),
    ("can I swap the M for an L?", "M L", "L/", "M/", "/"),
    ("exchange from size 10 to a 9", "10 9", "9/", "10/", "/"),
    ("I ordered blue but received red", "blue red", "/blue", "/red", "/blue"),
    ("you sent me red instead of blue", "red blue", "/blue", "/red", "/blue"),
    ("I want the navy blue one", "navy blue", "/navy blue", "/", "/"),
    ("it's a size 8.5, I need a size 9", "8.5 9", "9/", "/", "/"),
    ("can i get one size up", "larger", "larger/", "/", "/"),
    ("I need an XL", "XL", "XL/", "/", "/"),
    ("uk 9 please", "9", "/", "/", "/"),
    ("got the wrong colour, it's gray", "grey", "/", "/grey", "/"),
    ("would prefer a bigger size", "larger", "larger/", "/", "/"),
    ("extra large", "XL", "/", "/", "/"),
    ("收到货是38码的 我拍的39", "38 39", "39/", "38/", "39/"),
    ("裤子32的太紧 换33", "32 33", "33/", "32/", "/"),
    ("想把黑色的换成米白色", "黑色 米白色", "/米白色", "/黑色", "/"),
    ("订的是M,来的是S码", "M S", "M/", "S/", "M/"),
    ("发了件白色的给我，我明明买的灰色", "白色 灰色", "/灰色", "/白色", "/灰色"),
    ("please exchange my size 7 for an 8", "7 8", "8/", "7/", "/"),
    ("I'd like it in black instead of white", "black white", "/black", "/white", "/"),
    ("the shirt i got is dark green, i ordered olive", "dark green olive", "/olive", "/dark green", "/olive"),
    ("拍照看不清,这是深紫色的", "深紫色", "/", "/", "/"),
    # nothing of the kind
    ("有色差", "", "/", "/", "/"),
    ("不明白的", "", "/", "/", "/"),
    ("手机黑屏", "", "/", "/", "/"),
    ("验证码发我", "", "/", "/", "/"),
    ("37块", "", "/", "/", "/"),
    ("38天了", "", "/", "/", "/"),
    ("买多大码合适", "", "/", "/", "/"),
    ("a small crack on the large box", "", "/", "/", "/"),
    ("too small", "", "/", "/", "/"),
    ("it's broken", "", "/", "/", "/"),
    ("Black Friday order", "", "/", "/", "/"),
    ("i'm a gold member", "", "/", "/", "/"),
    ("iphone xs", "", "/", "/", "/"),
]

NEGATED: list[tuple[str, str, bool]] = [
    ("没收到", "收到", True),
    ("我沒有收到貨", "收到", True),
    ("还没收到货呢", "收到", True),
    ("不是质量问题", "质量", True),
    ("不是因为质量", "质量", True),
    ("没有破损", "破损", True),
    ("没发现破损", "破损", True),
    ("不想退了", "退", True),
    ("不用换了", "换", True),
    ("并不是坏的", "坏", True),
    ("别取消", "取消", True),
    ("not broken", "broken", True),
    ("it isn’t broken", "broken", True),
    ("haven't received it yet", "received", True),
    ("havent recieved anything", "recieved", True),
    ("never got it", "got", True),
    ("no damage at all", "damage", True),
    ("i did not really want to return it", "return", True),
    ("收到了", "收到", False),
    ("是不是坏了", "坏", False),
    ("有没有收到", "收到", False),
    ("特别坏", "坏", False),
    ("不是没收到", "收到", False),
    ("不喜欢 而且坏了", "坏", False),
    ("没收到,又说收到了", "收到", False),
    ("没提坏", "破损", False),
    ("not only broken but dirty", "broken", False),
    ("it does not fit and is broken", "broken", False),
    ("broken", "broken", False),
]

REASONS: list[tuple[str, str | None]] = [
    ("不是质量问题 就是不喜欢", "no_reason"),
    ("质量没问题,尺码小了", "no_reason"),
    ("没有破损 只是不想要了", "no_reason"),
    ("it's not broken, i just don't like it", "no_reason"),
    ("没坏", None),
    ("not damaged", None),
    ("是不是质量有问题", "quality"),
    ("the quality is fine", None),
    ("没声音", "quality"),
    ("not working", "quality"),
    ("没用几天就坏了", "quality"),
    ("no longer need it", "no_reason"),
]


@pytest.mark.parametrize(("text", "expected"), AMOUNTS, ids=[a[0] for a in AMOUNTS])
def test_sums_are_read_with_their_currency(text: str, expected: list[str]) -> None:
    want = [(Decimal(e.split()[0]), e.split()[1] if " " in e else None) for e in expected]
    assert [(a.value, a.currency) for a in read(text, TODAY).amounts] == want


@pytest.mark.parametrize(("text", "expected"), DATES, ids=[d[0] for d in DATES])
def test_days_are_read_as_of_today(text: str, expected: list[str]) -> None:
    days = tuple(date.fromisoformat(e if len(e) > 5 else f"2026-{e}") for e in expected)
    assert read(text, TODAY).dates == days


@pytest.mark.parametrize(("text", "expected"), PHONES, ids=[p[0] for p in PHONES])
def test_whole_phone_numbers_are_read_as_digits(text: str, expected: list[str]) -> None:
    assert list(read(text, TODAY).phones) == expected


@pytest.mark.parametrize(("text", "expected"), QUANTITIES, ids=[q[0] for q in QUANTITIES])
def test_goods_are_counted_and_nothing_else(text: str, expected: int | None) -> None:
    assert read(text, TODAY).quantity == expected


@pytest.mark.parametrize(("text", "named", "wanted", "got", "bought"), GOODS, ids=[g[0] for g in GOODS])
def test_size_and_colour_are_read_with_whose_they_are(
    text: str, named: str, wanted: str, got: str, bought: str
) -> None:
    said = read(text, TODAY)
    assert " ".join((*said.sizes, *said.colours)) == named
    assert [said.wanted, said.got, said.bought] == [_variant(wanted), _variant(got), _variant(bought)]


def _variant(words: str) -> Variant:
    size, _, colour = words.rpartition("/")
    return Variant(size or None, colour or None)


@pytest.mark.parametrize(("text", "word", "expected"), NEGATED, ids=[n[0] for n in NEGATED])
def test_a_denied_word_is_told_from_a_said_one(text: str, word: str, expected: bool) -> None:
    assert negated(text, word) is expected


@pytest.mark.parametrize(("text", "expected"), REASONS, ids=[r[0] for r in REASONS])
def test_a_reason_that_is_denied_is_none(text: str, expected: str | None) -> None:
    assert read(text, TODAY).reason == expected


def test_days_that_need_a_today_are_left_out_without_one() -> None:
    assert read("昨天和3月5号").dates == ()
    assert read("2026-03-05").dates == (date(2026, 3, 5),)
    assert read("on 5 March 2026").dates == (date(2026, 3, 5),)


def test_a_day_is_no_choice_and_no_phone_tail() -> None:
    assert read("on the 5th", TODAY).choice is None
    assert read("last friday", TODAY).choice is None
    assert read("5566 2026-03-05", TODAY).four_digits == "5566"


def test_four_digits_alone_are_kept_apart_from_orders_and_sums() -> None:
    assert read("#1042 5566").four_digits == "5566"
    assert read("5566 #1042").four_digits == "5566"
    assert read("paid 1299 dollars").four_digits is None
    assert read("T1001").four_digits is None


def test_the_number_beside_the_verb_goes_back() -> None:
    said = read("买了三件 退一件")
    assert (said.quantity, said.to_return) == (3, 1)
    assert read("I bought three, return only one").to_return == 1
    assert read("退货").to_return is None
