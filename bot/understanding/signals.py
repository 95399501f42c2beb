"""What a message signals besides its topic: a wish for a person, danger, a scam, threats, extortion, anger, frailty.

Patterns lean to recall: a false alarm brings a person in a little early, a miss can hurt someone. The exception is
"human", which must fire on the first typing and never on talk *about* an agent. Sources: the escalation table of the
after-sales rules.
"""

from __future__ import annotations

import re
import unicodedata

from bot.understanding.language import to_simplified
from bot.understanding.normalise import cut, has_chinese

_FLAGS = re.IGNORECASE


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), _FLAGS)


# A bare word that is the whole message, politeness and shouting aside.
_HUMAN_WHOLE = _any(
    r"(?:转|接|找|要|我要|叫|换|呼叫|请)?(?:人工|真人|活人|人工客服|人工服务|在线客服)(?:人工)*(?:客服|服务|在吗|呢|谢谢|啊|吧)*",
    r"客服(?:呢|人呢|在哪|在哪里|出来|在吗|在不在)?|转客服|接客服|找客服|要客服|(?:有没有|有)人(?:工|吗)?(?:客服)?(?:在)?(?:吗|呢)?|来个人|换个人|换人|叫个?人来|喂?\s*人呢|转接|(?:帮我|请|麻烦)?转(?:接)?(?:一下|下)?客服|(?:我要)?找(?:你们?的?)?(?:经理|主管|领导|老板|负责人)",
    r"(?:live |human |real |an? )?(?:agent|human|operator|representative|person|advisor|csr|rep)s?(?: please| now)*",
    r"(?:customer (?:service|care|support)|support|live (?:chat|support|person)|real human|some(?:one|body) real|zhuan ?ren ?gong|ren ?gong)(?: please| now)*",
)
_HUMAN = _any(
    r"转\s*(?:到|接|给)?\s*(?:人工|真人|客服|你们?(?:经理|主管|领导))",
    r"(?:要|找|接|叫|换|来|喊|请|给我|呼叫|联系|连接|安排|切换?|回复?|进入?|有没有|是不是|能不能|可以|需要|想)[一-龥]{0,5}(?:人工|真人|活人|大活人)",
    r"人工(?:客服|服务|坐席|处理|介入|在哪|怎么|电话|呢|吗|来|接|回)|(?:是|到)人工|人工\s*人工|人工[!！?？。]",
    r"(?:找|叫|让|喊|换)(?:个|一个|一位|你们的?|你们那?个?)*(?:客服|经理|主管|领导|负责人|老板|能管事的|管事的|人)(?:来|出来|跟我|和我|接|说|聊|处理|回|给我)",
    r"(?:跟|和|同)(?:一个|个|真)*人(?:说|聊|讲|沟通|对话|谈)|(?:我要|想|我想)(?:找|联系|跟)(?:你们?的?)?(?:客服|经理|主管|领导|负责人)",
    r"(?:不|别)(?:要|想|再)?(?:跟|和|用|让)?(?:机器人|自动回复|智能客服|ai客服)|机器人(?:滚|走开|听不懂|没用|能不能走)|(?:你|这|是|又是|都是)(?:不是)?(?:个)?机器人(?:吗|吧|啊|么|$)",
    r"换(?:个|一个)?(?:人|客服)(?:来|跟|和|吧|处理|$)|(?:有没有|有|来)(?:个)?(?:真|活|大活)人",
    r"(?<!was )(?<!were )(?<!been )\b(?:talk|speak|chat|connect|transfer|pass|put|switch|forward)\w*(?: me)?(?: \w+){0,3} (?:to|with|through to) (?:an?|the|your|some|any|actual|real|live|human)?\s*(?:\w+ ){0,3}?(?:agent|human|person|people|someone|somebody|anyone|representative|rep|operator|manager|supervisor|advisor|staff|team|executive|csr|customer (?:service|care|support)|support)\b",
    r"\b(?:want|need|get|give|send|find|have)(?: me)?(?: \w+){0,2} (?:real|actual|live|human|proper) (?:agent|person|human|people|being|representative|support|one|someone|chat)\b",
    r"\b(?:real|actual|live|human) (?:agent|person|human|people|being|representative|rep|someone)\b(?!\w)",
    r"\b(?:need|want|get(?: me)?|give me|where(?:'s| is))(?: an?| the| your)? (?:agent|human|operator|representative|manager|supervisor)\b(?! (?:number|code))",
    r"\b(?:not|no|stop|hate|don'?t want|tired of|sick of)(?: \w+){0,3} (?:bots?|robots?|machines?|automated \w+|ai|chatbots?)\b",
    r"\b(?:are|r) (?:you|u|this) (?:a |an )?(?:bot|robot|machine|ai|real|human|real person)\b|\bis (?:this|it) (?:a |an )?(?:bot|robot|machine|ai|human|real person)\b|\bam i (?:talking|speaking|chatting) (?:to|with) a\b",
    r"\bwho (?:do|can|should|could) i (?:talk|speak|chat)\b|\bcan you (?:please )?(?:contact|call|phone) me\b|\b(?:a|any) (?:csr|rep|representative|agent) (?:please )?(?:dm|call|contact|message) me\b",
    r"\b(?:is|can|could|would) (?:any ?one|some ?one|some ?body|a human|a person|an agent)(?: \w+){0,2} (?:call|contact|talk|speak|phone|ring|dm|message)(?: to)? me\b|\b(?:call|contact|phone|ring) me(?: back)?(?: please| now| asap)\b",
    r"\b(?:let me|can i|could i|may i|i want to|i'?d like to|how (?:do|can) i|want to|wanna) (?:talk|speak|chat)(?: to| with)\b",
)
# Talk about people that does not ask for one.
_NOT_HUMAN = _any(
    r"不(?:要|用|需要|想)(?:转|找|接|叫)?(?:接)?人工|别转人工|人工(?:费|智能|合成|湖|授粉|草|皮|成本|降噪|种植|养殖|牛黄|关节|耳蜗)|(?:安装|维修|拆装)人工",
    r"\b(?:already|just) (?:spoke|talked|chatted)\b|\b(?:don'?t|do not|no need to) (?:need|want)?(?: to)? ?(?:talk|speak|an? (?:agent|human))\b(?! to a (?:bot|robot|machine))",
    r"\b(?:travel|estate|delivery|insurance|shipping|cleaning|secret) agents?\b",
)

_SAFETY = _any(
    r"漏电|触电|电到|被电|冒烟|着火|起火|失火|火花|自燃|爆炸|炸了|炸开|炸裂|鼓包|烧起来|烧焦|烧坏了?(?:插座|床|桌)|烫伤|烧伤|割伤|割到|划伤(?!痕)|划破(?:手|脚|皮)|扎(?:到|伤|破)(?:手|脚|嘴)?|流血|出血|受伤|骨折|摔伤|砸到|砸伤",
    r"过敏|红肿|起疹|皮疹|烂脸|毁容|脸(?:都)?(?:肿|烂|红)了?|呼吸困难|喘不(?:上|过)气|昏迷|晕倒|休克|中毒|食物中毒|拉肚子|腹泻|上吐下泻|呕吐|吐了|肚子(?:疼|痛)|急诊|住院(?:了)?|送医|去医院|进医院|医院|吃坏|吃(?:出|到)(?:了)?(?:玻璃|铁|钉|刀|虫|金属|针)|噎(?:住|到|着)|窒息|误食|误吞|吞了|卡(?:住)?喉",
    r"(?:孩子|宝宝|小孩|婴儿|儿子|女儿|老人)[一-龥]{0,8}(?:吞|吃了|受伤|哭|烫|夹|中毒|过敏|不舒服|难受|发烧)|夹(?:到|伤|住)(?:手|脚|手指|宝宝)|不想活|想死(?!你)|自杀|跳楼|轻生|活不下去",
    r"煤气|燃气泄漏|一氧化碳|刹车失灵|刹不住|电池(?:发烫|鼓|漏液|冒)",
    r"\b(?:electric(?:al)? shock|electrocut\w*|shocked me|gave me a shock|smok(?:e|ing) (?:coming|from|came)|started smoking|is smoking|caught (?:on )?fire|on fire|fire hazard|burst into flames|in flames|sparks?|sparking|explod\w*|blew up|burn(?:t|ed|s|ing)? (?:my|his|her|our|me|the (?:baby|child|kid))|got burn(?:t|ed)|melted|swollen battery)\b",
    r"\b(?:injur\w*|bleed\w*|blood|cut (?:my|his|her|me|himself|herself)|wound\w*|hurt (?:my|his|her|me|badly|himself|herself)|broke (?:my|his|her) (?:arm|leg|wrist|ankle|tooth|teeth)|hospital|emergency room|ambulance|unconscious|faint(?:ed|ing)|chok\w*|swallow\w*|suffocat\w*)\b",
    r"\b(?:allerg\w+|rash|hives|swollen|swelling|can'?t breathe|breathing (?:problem|difficult)\w*|food poison\w*|poison\w*|vomit\w*|threw up|throwing up|diarrh\w*|made (?:me|us|him|her|my \w+) (?:sick|ill)|got (?:really |very )?sick after|fell ill|feel(?:ing)? (?:sick|ill|unwell) after|glass in (?:my|the) food|metal in|sick after eating)\b",
    r"\b(?:kill myself|suicid\w*|end my life|want to die|self[- ]harm|gas leak|carbon monoxide|brakes? (?:failed|fail))\b",
)

_SCAM = _any(
    r"(?:让|叫|要求?|说|喊|客服|对方|有人|他|她)[一-龥,，\s]{0,10}(?:加|添加|扫|互加)[一-龥]{0,6}(?:微信|qq|企鹅|二维码|群)|(?:加|添加|扫)[一-龥]{0,6}(?:微信|qq|码)[一-龥,，\s]{0,8}(?:退|赔|转|领|返)|(?:微信|qq)(?:号)?(?:退款|理赔|转账|加我|找我)|发(?:了|来)?(?:个|一个)?(?:链接|二维码|网址)[一-龥]{0,10}(?:退|赔|点|填|扫)",
    r"屏幕共享|共享屏幕|远程(?:控制|操作)|下载[一-龥]{0,4}(?:会议|app|软件)[一-龥]{0,8}(?:退|赔|理赔)|(?:报|要|给|发|提供|索要|告诉)[一-龥]{0,6}(?:验证码|密码|银行卡号|卡号|身份证)|验证码(?:给|发|告诉|报)",
    r"先(?:转账|转钱|打钱|付款|交钱|垫付)|交(?:保证金|押金|手续费|解冻费)|保证金[一-龥]{0,6}(?:退|解|才)|冻结[一-龥]{0,8}(?:账户|解冻|转)|安全账户|(?:自称|说是|冒充|假冒)[一-龥]{0,6}(?:客服|快递|平台|淘宝|商家|银保监|支付宝)",
    r"(?:客服|快递|有人|陌生人|对方)[一-龥]{0,6}(?:打来|来电|给我打|打给我|打)[一-龥]{0,4}电话[一-龥,，\s]{0,14}(?:退|赔|理赔|会员|转|征信|验证|微信|双倍)|(?:电话|短信)(?:里)?(?:说|让|要)[一-龥]{0,14}(?:双倍|理赔|赔偿|征信|百万保障|关闭会员|转账|贷款|备用金|借呗)|征信[一-龥]{0,6}(?:影响|受损|消除)|被骗了?(?:钱|\d|好几|几)|是不是(?:诈骗|骗子打|骗局)|诈骗(?:电话|短信|吗)|刷单|钓鱼(?:网站|链接)",
    r"\b(?:share|sharing|shared)(?: my| your| the)? screen|screen[- ]?shar\w+|any ?desk|team ?viewer|remote (?:access|control)|gift cards? (?:code|to pay)|(?:asked|asking|asks|wants?|told|tells?|requested)(?: \w+){0,5} (?:otp|verification code|(?:the|a|my) code|password|pin|card (?:number|details)|cvv|bank details|transfer|pay (?:first|a fee|upfront))\b",
    r"\b(?:add|contact|message|text|reach)(?: \w+){0,4} (?:on|via|through) (?:whats ?app|wechat|telegram|qq|line)\b|(?:whats ?app|wechat|telegram)(?: \w+){0,5} (?:refund|money|agent|support)",
    r"\b(?:someone|somebody|a man|a woman|caller|person|guy|they|he|she) (?:called|calling|phoned|rang|texted|emailed|messaged|claiming|claims|claimed|pretend\w*)(?: \w+){0,8} (?:refund|account|bank|amazon|taobao|customer service|support|your company|from you|compensation|parcel|verify)\b",
    r"\b(?:got|had|received|getting) (?:a |an |this |these )?(?:phone )?(?:calls?|texts?|messages?|sms|e-?mails?)(?: \w+){0,10} (?:refund|fee|code|bank|verify|compensation|password)\b",
    r"\b(?:phishing|scam (?:call|text|e-?mail|message)|fake (?:call|mail|e-?mail|text|website|link)|is (?:this|it) a scam|got scammed|been scammed|pay (?:a |the )?(?:fee|deposit) (?:first|to (?:get|release|receive))|suspicious (?:call|text|e-?mail|link|message)|authentic e-?mail)\b",
)

_LEGAL = _any(
    r"(?<![\da-z])(?:12315|12345|315)(?!\d)|消协|消费者协会|工商局?|市监|市场监管|监管局|监管部门|黑猫|起诉|法院|律师|告你们?|告(?:到|死)|打官司|报警|报案|派出所|公安|警察|法律(?:途径|手段|武器)|走法律|诉讼|媒体|记者|曝光|上新闻|电视台|微博(?:曝|上|发|见)|抖音(?:曝|上|发)|小红书(?:曝|上|发|避雷)|发(?:到)?网上|工信部|信访|举报你们|集体维权|维权到底",
    r"\b(?:lawyers?|attorney|solicitor|sue|suing|sued|lawsuit|legal (?:action|notice|proceedings|route|advice)|(?:in|to|the|consumer|county|high|claims) court|court (?:case|order|action)|small claims|prosecut\w+|police|ombudsman|trading standards|consumer (?:court|protection|rights?|forum|affairs|commission|council)|bbb|better business bureau|ftc|attorney general|regulator|chargeback|charge back|dispute (?:it )?with my bank|the (?:press|media|newspapers?)|journalists?|reporters?|go(?:ing)? (?:viral|public)|expose you|report you to|file (?:an? )?fir)\b",
)

_EXTORTION = _any(
    r"(?:不(?:然|给|赔|退|转|补偿|满足)?|否则|要不|要么|再不)[一-龥\d,，\s]{0,12}(?:差评|一星|追评|中评|负分)|(?:差评|一星|追评)(?:伺候|见|等着|安排|警告|轰炸|刷屏)|(?:给|转|返|发|补|赔)我?[\s\d一-龥]{0,6}(?:红包|元|块|钱|现金)[一-龥,，\s\d]{0,8}(?:删|改|撤|不|就|给)[一-龥]{0,4}(?:差评|好评|评价)|(?:删|改|撤)[一-龥]{0,3}(?:差评|评价)[一-龥,，\s]{0,8}(?:\d|多少|红包|钱|给|返)|(?:差评|评价)[一-龥,，\s]{0,8}(?:换|私了|封口费|好处)|封口费|私了|职业(?:差评|打假)|给我?[\s\d一-龥]{0,8}(?:我|就)[一-龥]{0,4}(?:删|改|撤)[一-龥]{0,3}(?:差评|评价)|(?:好评|五星)[一-龥,，\s]{0,6}(?:给多少|多少钱|换)|(?:红包|返现)[一-龥,，\s]{0,6}(?:不然|否则)",
    r"\b(?:or (?:else )?i(?:'ll| will| am going to)? (?:leave|write|post|give)(?: \w+){0,3} (?:bad|negative|1|one|terrible|awful)[- ]?(?:star)?(?: \w+)? ?review|(?:bad|negative|one[- ]star|1[- ]star) reviews? (?:unless|if you (?:don'?t|do not|won'?t)|otherwise)|unless you (?:pay|give|send|compensate|refund)(?: \w+){0,6} (?:review|star|rating)|(?:remove|delete|change|take down)(?: \w+){0,3} (?:review|rating)(?: \w+){0,3} (?:if|for|when)(?: \w+){0,4} (?:pay|refund|money|\$|cash|gift|free)|pay me (?:or|and) i|(?:pay|give|send|transfer)(?: me)? ?[$¥€£]?\d+(?: \w+){0,3} and i(?:'ll| will)? (?:remove|delete|change|take down)|(?:five|5)[- ]star review (?:if|for|in exchange)|(?:pay|give|send|transfer)(?: \w+){0,3} ?[$¥€£]?\d+(?: \w+){0,3} (?:or|otherwise)(?: \w+){0,6} (?:review|star|rating))",
)

_ANGER = _any(
    r"垃圾|骗子|傻[逼比b叉]|sb\b|煞笔|他妈|tmd|妈的|尼玛|你妈|卧槽|我靠|滚(?!筒|动|轮|珠|刷)|放屁|狗屁|王八|混蛋|畜生|人渣|不要脸|无耻|缺德|恶心(?!想吐)|气死|气人|气炸|火大|忍无可忍|太过分|欺人太甚|坑(?:人|爹|死|钱)|黑店|黑心|奸商|流氓|什么(?:破|烂|鬼|垃圾|玩意|态度)|破(?:店|平台|公司|玩意)|烂(?:店|平台|透)|去死|有病|脑残|智障|神经病|欺骗|忽悠|耍(?:我|人|猴|无赖)|当我(?:好欺负|傻)|好欺负|差劲|离谱|无语|受够|恼火|再也不(?:买|来|会)|太差(?:了|劲)|[!！]{3,}|[?？]{4,}|没人理|推(?:卸|脱)|踢皮球|敷衍",
    r"\b(?:fuck\w*|f\*+\w*|wtf|shit\w*|bullshit|bs|damn|crap|asshole|bastards?|idiots?|morons?|stupid|dumb|scammers?|liars?|lying|lied|thieves|thief|crooks?|cheat(?:s|ers?|ed|ing)?|ridiculous|pathetic|disgust\w+|disgrace\w*|outrag\w+|furious|angry|fuming|livid|pissed|fed up|sick (?:and tired )?of|had enough|unacceptable|appalling|shame(?:ful| on you)|worst|terrible|horrible|awful|useless|garbage|rubbish|trash|sucks?|stinks|joke|hate (?:you|this)|never (?:again|ordering|buying|shopping)|rip ?off|frustrat\w+|nightmare|hopeless|incompetent)\b|[!?]{3,}",
)

_VULNERABLE = _any(
    r"(?:我|俺)(?:都|今年|已经)?[一-龥]{0,3}(?:[6-9]\d|六十|七十|八十|九十)[一-龥\d]{0,3}(?:岁|了)|老(?:人家?|头|太太?|奶奶|年人|伴)|年纪大|岁数大|眼(?:睛)?(?:花|瞎|看不(?:清|见))|不(?:会|太会|懂)(?:用|弄|操作|打字|上网)?(?:手机|智能|网|电脑)|看不清(?:字|屏幕)|不识字|盲人|残疾|聋(?:人|哑)|听不见|轮椅|(?:孕妇|怀孕|坐月子|产后|哺乳)|(?:癌症|重病|化疗|透析|瘫痪|抑郁症)|低保|失业|没钱(?:吃饭|看病|交|买)|救命钱|(?:我|今年|才)[一-龥]{0,3}(?:[6-9]|1[0-5])岁|我(?:还)?是(?:小学生|初中生|未成年|学生)|未成年|孩子(?:偷|拿|用)[一-龥]{0,8}(?:买|手机|付|下单)|第一次(?:用|网购|上网)",
    r"\b(?:i(?:'m| am) (?:\w+ ){0,2}(?:elderly|disabled|blind|deaf|pregnant|homeless|unemployed|autistic|dyslexic|(?:6|7|8|9)\d(?: years? old)?\b|1[0-5](?: years? old)\b)|i(?:'m| am) (?:an? )?(?:very |quite |too )?old\b(?! (?:enough|fashioned|customer))|pensioner|senior citizen|(?:my )?(?:elderly|disabled) (?:mother|father|mum|mom|dad|parents?|grand\w+)|my (?:grandmother|grandfather|grandma|grandpa|nan)|wheelchair|visually impaired|cancer|chemo\w*|dialysis|terminally|depress(?:ed|ion)|(?:just )?lost my job|can'?t afford (?:food|rent|to eat)|social security|not good with (?:computers?|phones?|technology)|don'?t (?:understand|know how to use) (?:computers?|phones?|technology|the internet)|my (?:kid|child|son|daughter) (?:bought|ordered|used)|underage|a minor)\b",
)

_PATTERNS = {
    "safety": _SAFETY,
    "scam": _SCAM,
    "legal_threat": _LEGAL,
    "extortion": _EXTORTION,
    "anger": _ANGER,
    "vulnerable": _VULNERABLE,
}
# Words that only sound like danger: a question before buying, a negation, a product's own name.
_NOT_SAFETY = _any(
    r"(?:会不会|会|容易|是否|有没有|怕|担心|防|抗|不会|没有?|不|低|无)(?:容易|引起|有)?(?:过敏|漏电|爆炸|着火|烫伤|冒烟|中毒|红肿|触电|自燃)|(?:过敏|敏感)(?:肌|体质|皮|人群|性)|医院(?:用|发票|地址|门口|上班|取|送|收)|爆炸(?:头|性|盐|款|贴|好|多|大|香|辣)|(?:送|寄)到[一-龥]{0,10}医院|灭火|防火|割伤膏|烫伤膏|急诊科",
    r"\b(?:hypo ?allergenic|allergy[- ](?:friendly|free|tested)|will it (?:catch fire|explode)|fire (?:stick|tv|tablet|hd)|firestick|kindle fire|fireproof|burn (?:a |the )?(?:cd|dvd)|blood pressure|blood (?:orange|glucose)|(?:is|are) (?:it|this|they)(?: \w+)? (?:poisonous|allerg\w+)|spark plugs?|hospital (?:bed|gown|bag)|deliver(?:ed|y)? to (?:the |a |my )?hospital)\b",
)
# Asking what suits someone is a question before buying, not a word about oneself.
_NOT_VULNERABLE = _any(
    r"(?:适合|适用|给|送)[一-龥]{0,4}(?:老人|老年人|孕妇|爷爷|奶奶|未成年)|(?:老人家?|老年人|孕妇|怀孕|哺乳期?)[一-龥]{0,4}(?:能|可以|可不可以|适不适合)|老人(?:机|手机|鞋|款)|家里?有孕妇|\b(?:for|suitable for) (?:an? |the |my )?(?:elderly|disabled|pregnant|seniors?)",
)


def signals(text: str) -> frozenset[str]:
    """Any of human, safety, scam, legal_threat, extortion, anger, vulnerable. Never raises."""
    plain = _plain(text)
    if not plain.strip():
        return frozenset()
    found = {name for name, pattern in _PATTERNS.items() if pattern.search(plain)}
    if "safety" in found and not _SAFETY.search(_NOT_SAFETY.sub(" ", plain)):
        found.discard("safety")
    if "vulnerable" in found and not _VULNERABLE.search(_NOT_VULNERABLE.sub(" ", plain)):
        found.discard("vulnerable")
    if _asks_for_a_person(plain):
        found.add("human")
    return frozenset(found)


def _asks_for_a_person(plain: str) -> bool:
    clauses = [c.strip(" \t'\"#*-") for c in re.split(r"[\n,.!?;，。！？；、~～]+", plain)]
    if any(c and _HUMAN_WHOLE.fullmatch(c) for c in clauses):
        return True
    return bool(_HUMAN.search(_NOT_HUMAN.sub(" ", plain)))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", cut(text)).lower().replace("’", "'")
    if has_chinese(text):
        text = to_simplified(text)
        # "人 工" and "转 人 工" are typed to get past filters of other bots.
        text = re.sub(
            r"(?<=[一-龥])[ \t]+(?=[一-龥](?:[ \t]|$))|(?<=(?<=\s)[一-龥])[ \t]+(?=[一-龥])", "", text
        )
    return text
