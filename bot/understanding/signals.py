"""What a message signals besides its topic: a wish for a person, danger, a scam, threats, extortion, anger, frailty.

Patterns lean to recall: a false alarm brings a person in a little early, a miss can hurt someone. The exception is
"human", which must fire on the first typing and never on talk *about* an agent. Sources: the escalation table of the
after-sales rules. How well they do is counted by `python -m benchmarks.signals`.

Each signal has Chinese and English patterns, one line a theme, read on simplified lower-case text whose usual
shortenings ("u", "dont", "gonna") are spelled out; and what only sounds like it (a question before buying, a
negation, a product's name), which is taken out of the text before a find is believed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.understanding.language import to_simplified
from bot.understanding.normalise import cut, has_chinese


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns))


def _words(*patterns: str) -> re.Pattern[str]:
    """Whole words only, so that "rash" is not heard in "crash"."""
    return re.compile(r"(?<!\w)(?:" + "|".join(patterns) + r")(?!\w)")


def _near(one: str, other: str, reach: int) -> str:
    """Both, in either order, at most `reach` characters apart."""
    gap = rf"[^\n]{{0,{reach}}}?"
    return rf"(?:{one}){gap}(?:{other})|(?:{other}){gap}(?:{one})"


@dataclass(frozen=True)
class _Signal:
    zh: re.Pattern[str]
    en: re.Pattern[str]
    harmless: re.Pattern[str] | None = None  # what only sounds like it

    def in_text(self, plain: str, chinese: bool, english: bool) -> bool:
        if not self._found(plain, chinese, english):
            return False
        return self.harmless is None or self._found(self.harmless.sub(" ", plain), chinese, english)

    def _found(self, plain: str, chinese: bool, english: bool) -> bool:
        return bool((chinese and self.zh.search(plain)) or (english and self.en.search(plain)))


# As buyers shorten them: patterns are written in full.
_SHORT = {
    "u": "you",
    "ya": "you",
    "ur": "your",
    "r": "are",
    "im": "i'm",
    "ive": "i've",
    "cant": "can't",
    "dont": "don't",
    "wont": "won't",
    "didnt": "didn't",
    "doesnt": "doesn't",
    "isnt": "isn't",
    "wasnt": "wasn't",
    "couldnt": "couldn't",
    "hes": "he's",
    "shes": "she's",
    "gonna": "going to",
    "gna": "going to",
    "wanna": "want to",
    "gimme": "give me",
    "frm": "from",
    "ppl": "people",
    "acc": "account",
    "recieve": "receive",
    "recieved": "received",
    "plz": "please",
    "pls": "please",
    "n": "and",
    "wat": "what",
    "dr.": "doctor",
}
_SHORTENED = re.compile(r"(?<![\w'])(?:" + "|".join(map(re.escape, _SHORT)) + r")(?![\w'])")
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘`´", "'"))
_FLOOD = re.compile(r"(.{1,12}?)\1{5,}")  # the same few characters again and again
_LATIN = re.compile(r"[a-z]{2}")

# --- the wish for a person --------------------------------------------------------------------------------------
# A bare word that is the whole message, politeness and shouting aside.
_HUMAN_WHOLE = _any(
    r"(?:转|接|找|要|我要|叫|换|呼叫|请)?(?:人工|真人|活人|人工客服|人工服务|在线客服)(?:人工)*(?:客服|服务|在吗|呢|谢谢|啊|吧)*",
    r"客服(?:呢|人呢|在哪|在哪里|出来|在吗|在不在)?|转客服|接客服|找客服|要客服|(?:有没有|有)人(?:工客服|工|客服)(?:在)?(?:吗|呢)?|(?:能不能|可以|请|快)?来个人(?:吧|行吗|行不行)?|(?:我)?(?:只)?要人(?:类)?|换个人|换人|叫个?人来|喂?\s*人呢|转接|(?:帮我|请|麻烦)?转(?:接)?(?:一下|下)?客服|(?:我要)?找(?:你们?的?)?(?:经理|主管|领导|老板|负责人)",
    r"(?:live |human |real |an? )?(?:agent|human|operator|representative|person|advisor|csr|rep|manager|supervisor|executive)s?(?: please| now)*",
    r"(?:(?:is there )?any ?(?:one|body)?(?: real)?(?: human| person| agent)(?: \w+)?|(?:customer (?:service|care|support)|support)(?: (?:rep|agent|person|representative|executive))?|live (?:chat|support|person)|real human|(?:some|any) ?(?:one|body) (?:real|human|alive)(?: \w+)?|zhuan ?ren ?gong|ren ?gong)(?: please| now)*",
)
_HUMAN = _any(
    r"转\s*(?:到|接|给)?\s*(?:人工|真人|客服|你们?(?:经理|主管|领导))",
    r"(?:要|找|接|叫|换|来|喊|请|给我|呼叫|联系|连接|安排|切换?|回复?|进入?|有没有|是不是|能不能|可以|需要|想|搵|揾)[一-龥]{0,5}(?:人工|真人|真的人|活人|大活人)",
    r"人工(?:客服|服务|坐席|处理|介入|在哪|怎么|电话|呢|吗|来|接|回)|(?:是|到)人工|人工\s*人工|人工[!！?？。]",
    r"(?:找|叫|让|喊|换)(?:个|一个|一位|你们的?|你们那?个?)*(?:客服|经理|主管|领导|负责人|老板|能管事的|管事的|人)(?:来|出来|跟我|和我|接|说|聊|处理|回|给我)",
    r"(?:跟|和|同)(?:一个|个|真)*人(?:说|聊|讲|沟通|对话|谈)|(?:我要|想|我想)(?:找|联系|跟)(?:你们?的?)?(?:客服|经理|主管|领导|负责人)",
    r"(?:不|别)(?:要|想|再)?(?:跟|和|用|让)?(?:机器人|自动回复|智能客服|ai客服)|机器人(?:滚|走开|听不懂|没用|能不能走)|(?:你|这|是|又是|都是)(?:不是)?(?:个)?机器人(?:吗|吧|啊|么|$)",
    r"换(?:个|一个)?(?:人|客服)(?:来|跟|和|吧|处理|$)|(?:有没有|有|来)(?:个)?(?:真|真的|活|大活)人|[会懂]说?人话的|(?:和|跟)人聊|(?:接|找|换|来|派)个(?:活的|真的)|(?:跟|和|同)(?:你们?)?的?(?:老板|经理|领导|主管|客服)(?:说|谈|聊|讲|对话)|(?:别|不要)让?机器",
    r"(?<!was )(?<!were )(?<!been )\b(?:talk|speak|chat|connect|transfer|pass|put|switch|forward)\w*(?: me)?(?: \w+){0,3} (?:to|with|through to) (?:an?|the|your|some|any|actual|real|live|human)?\s*(?:\w+ ){0,3}?(?:agent|human|person|people|someone|somebody|anyone|representative|rep|operator|manager|supervisor|advisor|staff|team|executive|csr|employee|associate|colleague|boss|customer (?:service|care|support)|support)\b",
    r"\b(?:want|need|get|give|send|find|have)(?: me)?(?: \w+){0,2} (?:real|actual|live|human|proper) (?:agent|person|human|people|being|representative|support|one|someone|chat)\b",
    r"\b(?:real|actual|live|human) (?:agent|person|human|people|being|representative|rep|someone)\b(?!\w)",
    r"\b(?:need|want|get(?: me)?|give me|where(?:'s| is))(?: an?| the| your)? (?:agent|human|operator|representative|manager|supervisor)\b(?! (?:number|code))",
    r"\b(?:give|get|send|find|want|need|prefer|rather|deal with|bring)(?: me)?(?: \w+){0,3}? (?:an? |the |any )?(?:person|human|agent|representative|operator|manager|supervisor|executive|staff(?: member)?|employee|colleague|associate)\b(?!'s|-| (?:discount|name|chair|orange|size|shirt|hair|model|number|code|review|costume|toy)s?)|\bescalate (?:this|it|me|my \w+)\b",
    r"\b(?:not|no|stop|hate|don'?t want|tired of|sick of)(?: \w+){0,3} (?:bots?|robots?|machines?|automated \w+|ai|chatbots?)\b",
    r"\b(?:are|r) (?:you|u|this) (?:a |an )?(?:bot|robot|machine|ai|real|human|real person)\b|\bis (?:this|it) (?:a |an )?(?:bot|robot|machine|ai|human|real person)\b(?! wash\w*)|\bam i (?:talking|speaking|chatting) (?:to|with) a\b",
    r"\bwho (?:do|can|should|could) i (?:talk|speak|chat)\b|\bcan you (?:please )?(?:contact|call|phone) me\b|\b(?:a|any) (?:csr|rep|representative|agent) (?:please )?(?:dm|call|contact|message) me\b",
    r"\b(?:is|can|could|would) (?:any ?one|some ?one|some ?body|a human|a person|an agent)(?: \w+){0,2} (?:call|contact|talk|speak|phone|ring|dm|message)(?: to)? me\b|\b(?:call|contact|phone|ring) me(?: back)?(?: please| now| asap)\b",
    r"\b(?:let me|can i|could i|may i|i want to|i'?d like to|how (?:do|can) i|want to|wanna) (?:talk|speak|chat)(?: to| with)\b",
    r"转[一-龥]{0,3}(?:人工|真人)|(?<!是)(?<!纯)人工(?=$|[,.!?;~\s]|[吧啊呀哦哈嘛了呗])|(?:找|要|给我)[一-龥]{0,3}(?:负责人|管事的|主管|经理|领导)|(?:找|来|派|换|安排)(?:一?个|一?位)人(?!的|份|信|数|中|资)|(?:请|能|可以|麻烦)[一-龥]{0,3}(?:打个?电话给我|给我[回打]个?电话)",
    r"\b(?:some|any) ?(?:one|body) (?:real|human|alive)\b|\b(?:is|are) (?:there )?(?:an? |any |the )?(?:\w+ )?(?:person|people|human|agent|rep|operator|manager)s? (?:i can|who can|to talk|available|there|online|around|free)\b|\b(?:with|no|stop|another|hate) (?:the |this |your )?(?:bot|robot|machine)s?\b[^\n]{0,15}\b(?:human|person|people)\b",
)
# Talk about people that does not ask for one.
_NOT_HUMAN = _any(
    r"不(?:要|用|需要|想)(?:转|找|接|叫)?(?:接)?人工|别转人工|人工(?:费|智能|合成|湖|授粉|草|皮|成本|降噪|种植|养殖|牛黄|关节|耳蜗)|(?:安装|维修|拆装)人工|(?:又|转头|每次都?)换个?人|人工(?:复核|审核|打款?)|换一?个人(?:收|送|签)|(?:派个|让)人来?(?:检查|取)|排了?[一-龥\d]{0,6}人工|(?:找|打)[一-龥]{0,6}打啥电话|人工客服几点|几点[一-龥]{0,3}有人工|天然[^\n]{0,6}人工处理|(?:叫|派|找)个?人来?(?:修|装)|(?:跟|和)(?:你们)?(?:老板|卖家|客服)(?:谈|说|讲|聊)[好过]",
    r"\b(?:already|just) (?:spoke|talked|chatted)\b|\b(?:don'?t|do not|no need to) (?:need|want)?(?: to)? ?(?:talk|speak|an? (?:agent|human))\b(?! to a (?:bot|robot|machine))|\b(?:don't|do not|no need to) (?:transfer|connect|pass|put|switch|forward|give|send)(?: \w+){0,4} (?:agent|human|person|representative|manager)\b|\breal (?:person|people|human) (?:reviews?|photos?|hair|sizes?)",
    r"\b(?:travel|estate|delivery|insurance|shipping|cleaning|secret) agents?\b",
    r"\b(?:talk|speak|chat)(?:ing)? (?:to|with) (?:the|my) (?:seller|merchant|vendor|courier|driver|husband|wife|bank|neighbour)\b|\bnumber for (?:\w+ )?(?:real )?(?:people|persons?|humans?)\b|(?<!be )(?<!get )\b(?:talked|spoke|spoken|chatted) (?:to|with) (?:\w+ ){0,2}?(?:support|agents?|service)\b|\b(?:have you|you|was|were|been|who) (?:forwarded|passed|escalated|sent)(?: \w+){0,3} to the (?:\w+ )?team\b|\bescalate (?:this|it|my \w+) (?:to (?:the )?(?:marketplace|platform)|against)\b|\breal (?:person|people) follow",
)

# --- danger: fire, current, injury, illness, a child, a life ----------------------------------------------------
_BODY = r"(?<![到二入拿新])手(?![机提表环工办套写推电续头感柄链])|[沾溅弄喷]到手|手[指腕臂]|指甲|耳垂|嘴角|胸口|屁股|胳膊|腿(?!裤|套)|脸(?!盆|谱|蛋)|嘴(?!形)|嘴唇|舌头|眼睛|眼里|皮肤|身上|浑身|全身|头皮|额头|脑袋|头(?=磕|撞|破|疼|痛|被)|喉咙|嗓子|耳朵|牙齿|脖子|膝盖|[左右两]眼|鼻子|腰(?!带|围|包)|肋骨|虎口|伤口|关节|大腿|小腿|手背|眉|鼻梁|下巴|肚皮|骨头|尾椎|脊椎|后背|脚(?![垫本架踏感])"
_HARM = r"[烂肿痒痛疼脓伤]|(?<!摸|发|觉|感)麻(?!烦|布|酱|辣)|划(?!算|痕)|割|扎|刺(?!绣)|砸|夹(?!层|克|板)|烫(?!金|钻|画)|烧|磕|缝了?[一-龥\d]{0,2}针|骨折|断了|出血|流血|破了|起泡|水泡|红疹|红了|红晒|红一片|发炎|溃烂|睁不开|不能动|动不了|[黑紫青]了|流脓|模糊|看不[清见]|裂了|失去知觉|没知觉"
_PERSON = r"我(?!手机)|人|孩子?|娃|宝宝|婴儿|儿子|女儿|闺女|妈|爸|娘|爹|奶奶|爷爷|老婆|老公|媳妇|老人|老爷子|老太太|同事|朋友|弟弟|妹妹|哥哥|姐姐|孙子|孙女|他|她"
_SAFETY = _Signal(
    zh=_any(
        r"冒(?:着|了|出)?[一-龥]{0,2}(?:烟|火)|[着起失走][了]?火(?!锅|车|龙|腿|机)|自燃|火[花星苗光]|[见有]明火|火灾|喷火|燎[了到着]|燃烧|[黑浓白]烟(?!灰|色)|烟(?:往|从|直)|[是有][浓]?烟(?!酒|灰|味)|(?:车|电池|充电[一-龥]{0,4}|插[座头排]|家里|厨房)着了|烧[了出成穿]?[一-龥]{0,3}(?:洞|窟窿)|跳火|跳闸|(?:全家|整[栋层个]|家里|屋里)[一-龥]{0,3}(?:停电|断电|跳)|烟雾|烤焦|烧(?:了?起来|[着焦糊化黑毁穿没伤烂红融]|到)|[焦糊煳]味|焦臭|烧焦|爆炸|爆燃|(?<!心态)(?<!油)(?<!现)炸(?:了|开|裂|飞|伤|碎|得|成)|[砰嘭轰啪]的?[一](?:声|下)|(?:轮胎|车胎|电池|锅|杯|瓶|水袋|灯|屏)[一-龥]{0,6}(?:爆了|爆开|崩了|炸)",
        r"鼓[包起胀]|(?:电池|充电宝)[一-龥]{0,5}(?:发烫|鼓|胀|漏|冒|热得)|漏电|触电|电(?:到|着了|了一下|击|死|麻|晕|亲|倒我)|[被遭给]电(?!话|脑|视|商|瓶|池|信)|带电(?!池|源|脑|的快递)|短路|[烫热][得的到][一-龥]{0,4}(?:冒|化|融|变形|拿不)",
        r"煤气(?!灶|罐|炉|阀|改|管)|(?:煤气|燃气|天然气|液化气|瓦斯)[一-龥]{0,4}(?:漏|泄|味)|一氧化碳|毒气|刹车[一-龥]{0,3}(?:失灵|坏|断|没)|刹不住|刹车片?掉",
        rf"(?:{_BODY})[一-龥,， ]{{0,8}}?(?:{_HARM})|(?:划|割|切|扎|刺|砸|夹|烫|烧|磕|撞|电|崩|炸|咬|压|轧|戳|勒|削|崴)[伤破到着烂断掉了坏在]*(?:我|他|她|孩子|宝宝|老婆|老公|员工|人)?的?(?:{_BODY})",
        r"[烫烧割划砸炸摔扭刺夹撞灼擦扎压刮咬]伤(?!膏|药)|受伤|流血|出血|见血|血流|骨折|脱臼|缝针|缝了|脑震荡|大泡|水泡|破相|毁容|化脓|流脓|脓水|黄水|火辣辣|刺痛|剧痛|灼痛|[电烫跌割整撞夹辣]亲(?!爱)|腐蚀|灼烧|失明|进(?:了|到)?眼",
        rf"(?:{_PERSON})[一-龥]{{0,6}}(?:[摔跌滑](?:了|倒|下|伤|断|成|得|一跤)|掉下来|晕|昏|抽搐|休克|窒息|烫着|吞|噎|呛|夹住|勒|不舒服|难受|发烧|哭)(?!了?[一一两几个]*(?:碗|杯|手机|屏|瓶))|摔(?:下来|下去|一跤|跤|断|骨|得)|摔倒|跌倒|栽(?:下|倒|了下)来?|(?:砸|压|夹|倒)[到伤中]了?(?:我家?)?(?:孩子|宝宝|小孩|人|老人|娃)|手[腕臂指][一-龥]?折了",
        r"过敏|红肿|肿(?:了|成|得|的|起)|疹|皮炎|[好很发痒]痒|痒(?:死|得|的)|烂脸|烂了?脸|脸[一-龥]{0,3}(?:烂|毁)|呼吸困难|呼吸不|[喘透]不[上过]|胸闷|心慌|心跳[一-龥]{0,3}(?:快|乱)|不省人事|没了?意识|叫不醒|没了?呼吸|翻白眼|抽筋|[尿便咳]血|昏迷|昏倒|昏过去|晕[倒厥过]|头晕|头昏|休克|抽搐|中毒|拉肚子|拉稀|拉血|腹泻|窜稀|上吐下泻|呕吐|想吐|吐(?:了|血|白沫|得|个|到)|白沫|反胃|肚子[一-龥]{0,4}[疼痛]|胃[一-龥]{0,2}[疼痛]|肠胃炎|吃(?:坏|死|出(?:问题|毛病|事|病))",
        r"急诊|急救|住院|住进了?(?:医院|icu|重症|急诊)|抢救|救护车|送医|就医|洗胃|输液|打点滴|(?:[去进在送到上看]了?|躺)医院|医生(?:说|讲|诊断)|[打叫]120|打狂犬|进了?icu|出人命|死人了|要人命|差点[一-龥]{0,4}(?:出事|没命|死|烧|炸|被|把|砸|电|烫|摔)|出(?:了)?大?事(?!项|先)|安全隐患|危险(?!品)",
        r"(?:吃|喝|咬|嚼|里面?有|发现)[一-龥]{0,4}(?:玻璃|铁[丝片钉屑]|钉子|刀片|金属|针头|塑料片|虫|蛆|蟑螂|老鼠|异物)|(?:吃|喝|咬|里|有|被|扎)[^\n]{0,6}玻璃[渣碴碎]|玻璃[渣碴碎][^\n]{0,8}(?:扎|划|割|嘴|手|脚|血)|噎|窒息|误[食吞]|咽(?:下|进|了)|[喝吃](?:下去|进去)|(?:孩子?|娃|儿子|女儿|宝宝|狗|猫)[一-龥]{0,8}(?:吃|咬|舔|喝)(?:下去|进去|下肚|掉了)|吞(?:了|下|进|掉|食|到)|卡[在住到着进]?了?[一-龥]{0,3}(?:喉|嗓|气管|食道)|呛[到着住]|[鼻耳嘴喉嗓食眼][孔朵巴咙子道睛]*里[一-龥]{0,8}?(?:塞|卡|掉进|扎)|(?:塞|掉|卡)[进到在][一-龥]{0,4}(?:鼻|耳|嘴|喉|嗓|眼)",
        r"不想活|(?<!都)想死(?!你|您|我了)|自杀|自残|跳楼|跳河|轻生|寻短见|割腕|喝农药|活不下去|没法活|不活了|活着[一-龥]{0,3}[有没][一-龥]{0,3}(?:意思|意义|劲)|活腻|不想再?醒|不想[一-龥]{0,3}(?:世上|人世|人间|活)|离开(?:这个?世|人世)|不如死|死了(?:算|得)了|一了百了|结束(?:生命|自己|这一切|一切)|撑不下去|熬不下去|了结自己",
    ),
    en=_words(
        r"(?:caught|catch(?:es|ing)?|catched|on|set|start(?:ed|s)?|small|huge|house|kitchen|electrical) (?:on )?fire|fire (?:started|broke|hazard|brigade|department)|(?:in|into|up in|saw|with) flames?|flames? (?:came|coming|shot|shooting|from|everywhere)|flaming|burst(?:ed|s)?|ablaze|ignit\w+|charred|singed|scorch\w*|fire ?(?:fighters?|men)|burn(?:t|ed)? down|up in smoke|(?:room|house|kitchen|full|lots|cloud) (?:\w+ )?of smoke|smok(?:e|ing|ed) (?:coming|came|comes|from|out|everywhere|pouring|started|and|all|then|when|up|smell)|(?:starts?|started|starting|is|was|began|there is|there's|there was|saw|see|seeing|black|white|with|of|keeps) smok(?:e|ing)(?! (?:detector|alarm|machine|grey|gray|colou?r))|spark(?:s|ed|ing)|explod\w+|explosions?|(?:blew|blown|blows) up|blast(?:ed)?|went (?:bang|pop|boom)|bang and",
        r"melt(?:ed|ing|s)? (?:the|my|our|on|onto|into|in my|plug|socket|wires?|cable|while)|(?:plug|socket|wires?|cable|charger|adapt[eo]r|outlet|battery)(?: \w+){0,4} melt\w*|burn(?:ing|t|ed)?[- ](?:smell|plastic|rubber|hot)|smell(?:s|ed|ing|t)?(?: of| like| something)? (?:burn\w*|gas|smoke)|burn(?:t|ed|s|ing)? (?:my|me|his|her|him|our|us|their|through|down|the (?:house|baby|child|kid|socket|wall|table|carpet|floor|bed|sofa))|(?:got|get|was|been|gets|badly|nearly|severe|chemical|degree|nasty|bad|gave me|with) (?:\w+ )?(?:burn(?:t|ed)|burns)|burns? (?:on|to|all|mark)|scald\w*|boiling (?:water|hot|oil|soup|tea|coffee)(?: \w+){0,3} (?:on|over|onto|in)|(?:spray|spill|splash|spat|spit|leak|pour|squirt|drip)\w*(?: \w+){0,4} (?:on|over|onto|in|into|at) (?:my|his|her|our|the (?:baby|kid|child)'?s?) (?:arm|hand|eye|face|leg|skin|lap|mouth|foot|feet|baby|son|daughter)s?|(?:so|too|very|really|extremely|super|burning|red) hot(?: \w+){0,4} (?:burn\w*|hand|skin|touch|finger|melt\w*)|too hot to (?:touch|hold)",
        r"electrocut\w*|(?:electric\w*|nasty|bad|big|huge|small|mild|got|getting|gets|get|gave(?: me| her| him| us)?|gives(?: me| you| us)?|an?|static) (?:\w+ )?shocks?(?! (?:absorber|proof|price))|shock(?:ed|s|ing) (?:me|him|her|us|my|through)|(?:giv\w+|gave|pass\w+|getting) (?:electric )?current|short[- ]?circuit\w*|short(?:ed|s)(?: out)?(?! sleeve)|(?:live|exposed|bare) wires?|zapped",
        r"(?:battery|batteries|power ?bank|phone|laptop|cell|pack)(?: \w+){0,4} (?:swollen|swelling|swelled|swells|bulg\w+|leaking|puff\w*|bloat\w*|expand\w*|hissing)|(?:swollen|bulging|leaking|bloated) (?:battery|batteries|pack|cell|phone)|gas leak\w*|leak\w* gas|carbon monoxide|toxic|fumes|brakes?(?: \w+){0,3} (?:fail\w*|didn't|don't|not|gave|broke|stopped|snapped)|no brakes",
        r"injur\w*|bleed\w*|bled|blood (?:everywhere|all|came|on|in|from)|in blood|of blood|blood|stitches|gash\w*|lacerat\w*|wound(?:s|ed)?|concuss\w*|bruis\w*|hurt(?:s|ing)? (?:my|me|his|her|him|us|himself|herself|badly|by|someone|themselves)|(?:got|get|was|were|been|is|badly|really|myself|himself|herself|could be) hurt|(?:cuts?|cutting|slic\w+|slash\w*|pierc\w+|stabb\w+|scratch\w*|crush\w+|trap\w*|pinch\w+|jam\w+|poked) (?:\w+ )?(?:my|me|his|her|our|him|us|himself|herself|myself|their|open)(?: (?:hand|finger|thumb|leg|arm|foot|feet|eye|face|lip|mouth|skin|head|toe|knee|palm|son|daughter|baby|kid|child|open)\w*)?",
        r"(?:hand|finger|thumb|leg|arm|foot|feet|eyes?|face|lips?|mouth|skin|scalp|throat|tongue|head|toe|knee|back|ear|hip|neck|cheek|gums?|body)s?(?: (?:is|are|was|were|got|has|have|went|all|still|now|so|really|very|started|keeps?|been|a bit|just|feels?|turned)){0,3} (?:burn\w*|cut|swell\w*|swoll?en|swelled|red|raw|peel\w*|sting\w*|itch\w*|infect\w*|blister\w*|broken|fractur\w*|numb|blue|purple|black|bleed\w*|sore|irritat\w*|hurt\w*|trapped|stuck|sliced|scarred|pain\w*|inflam\w*|puffy)",
        r"(?:lost|slic\w+|sever\w+|chopp?\w*|took)(?: \w+){0,3} (?:off |of )?(?:my|his|her|the) (?:\w+ )?(?:finger ?tips?|fingers?|thumb|toe|nail|skin|tooth|eye)|(?:found|bit|ate|chewed|swallowed|chunk|piece|shard|bits?)(?: \w+){0,4} (?:shards?|pieces?|bits?|lump|splinters?)? ?(?:of |a |on )?(?:glass|metal|wire|bone|needle|blade|nail|stone)|(?:broke|broken|break|fractur\w+|sprain\w*|twisted|dislocat\w*|chipped|cracked|lost|smashed|knocked out) (?:my|his|her|their|a|an|our|\w+'s)(?: \w+)? (?:arm|leg|wrist|ankle|tooth|teeth|nose|fingers?|hip|bones?|ribs?|foot|toes?|hand|jaw|collarbone|back|neck|skull|elbow|shoulder|knee|eye)|(?:hit|struck|landed on|smacked|bumped|banged|bang|bump)(?: \w+)? (?:me|him|her|us|my|his|their|on|in)(?: \w+){0,3} (?:head|face|eye|foot|feet|leg|arm|nose|chest|toes?)|(?:hit|bumped|banged) (?:my|his|her) (?:head|face)|(?:came|fell|crash\w+|dropped|landed|collapsed|toppled|tipped|fall|falling)(?: \w+){0,4} on(?:to)? (?:my|me|his|him|her|our|us|the (?:baby|kid|child))|(?:i|he|she|we|mum|mom|mother|dad|father|baby|son|daughter|kid|child|toddler|wife|husband|nan|gran\w*|person|man|boy|girl|lady)(?: (?:just|nearly|almost|then|has|had|have|and|also)){0,2} (?:fell|fallen|slipped|tripped|collapsed|crashed|fainted|tumbled)(?! (?:in love|for|asleep|behind|short))",
        r"hospitali[sz]ed|(?:in|to|at|from|into) (?:the |a |an? \w+ )?(?:hospital|er|a&e|emergency|casualty|icu|clinic)(?! (?:reception|ward \d|road|street))|emergency (?:room|services|department)|urgent care|ambulance|paramedics?|poison control|(?:doctor|doc|gp|dr|vet|dentist|medic|nurse|dermatologist)s? (?:says?|said|told|confirmed|thinks|reckons|gave|had)|(?:see|saw|seeing|visit\w*|went to|going to|go to|rush\w* to|taken to|took \w+ to|call\w*) (?:a |the |my |our )?(?:doctor|gp|vet|dentist|er|911|999|dermatologist)|unconscious|(?:pass|passed|passing|blacked) out|faint(?:s|ed|ing)|seizures?|convuls\w*",
        r"allerg\w+|anaphyla\w*|epi ?pen|rash(?:es)?|hives|itch\w* (?:all|skin|like|everywhere|rash|and)|blister\w*|swoll?en|swell(?:s|ing|ed)|broke out in|blotch\w*|welts|covered in (?:red|spots|hives|bumps)|breathing (?:problem|difficult|issue)\w*|(?:can't|cannot|couldn't|struggl\w+ to|trouble|hard to|difficulty|unable to|hardly|barely) breath\w*|short of breath|asthma attack|lungs|dizz\w+|nause\w+|vomit\w*|(?:threw|throw\w*|thrown) up|puk(?:e|ed|ing)|diarr?h\w*|(?:a|bad|severe|nasty|skin|had) reaction(?! video)|reacted (?:badly )?to|tast\w+ (?:\w+ )?(?:metallic|chemical\w*|of (?:bleach|petrol|soap))|(?:stomach|tummy|belly)(?: \w+){0,2} (?:kill\w*|ache|pain|cramps?|upset|hurts?|bug)|food poison\w*|poison(?:ed|ing|s|ous)?",
        r"(?:made|makes|making|got|get|getting|fell|feel\w*|felt|violently|seriously|really|very|fallen|taken|us all|me|been|was|so) (?:\w+ ){0,3}?(?:sick|ill|unwell|poorly)(?! (?:of|and tired))|(?:sick|ill|unwell) (?:after|from|because|since)|chok(?:e|ed|es|ing)|swallow\w*|ingest\w*|suffocat\w*|strangl\w*|(?:put|shoved|got|stuck|lodged|push\w*|gone|went|found)(?: \w+){0,4} (?:in|up|down) (?:his|her|my|the|their|its|baby\'s) (?:throat|mouth|nose|ear|windpipe|eye)|ate (?:a|the|one|some|part|half)(?: \w+){0,3} (?:battery|magnets?|beads?|button|coin|plastic|piece|gel|packet|pods?)|(?:in|up|down|inside) (?:his|her|their) (?:nose|throat|windpipe|ear|mouth)|(?:came off|came apart|broke|snapped|collapsed|gave way|fell apart|failed|tipped)(?: \w+){0,2} (?:with|while|when|as|under) (?:my|me|i|he|she|we|our|the (?:baby|kid|child))|stuck in (?:his|her|my|the|their|its) (?:throat|mouth|nose|ear|windpipe)|(?:glass|metal|plastic|nails?|needles?|screws?|wire|razor|blade|mou?ld|maggots?|worms?|insects?|cockroach\w*|bugs?|stones?)(?: \w+){0,2} (?:in|inside) (?:my|the|our|his|her|this|your) (?:\w+ )?(?:food|drink|bottle|jar|mouth|meal|cereal|milk|can|tin|packet|bread|cake|rice|foot|hand|baby|soup|chocolate|snack|biscuits?)|(?:glass|bottle|jar|mirror|dish|door|lid)(?: \w+){0,2} (?:shatter\w*|exploded|flew)(?: \w+){0,3} (?:in|on|over|at|into) (?:my|me|his|her|the kids|us|our)",
        r"(?:end|ending|ended) (?:my|her|his) (?:own )?life|kill(?:ing)? (?:myself|my self)|kms|suicid\w*|end (?:my life|it all|everything|my own)|(?:don't|do not|no longer|never) (?:want|wish) to (?:live|be alive|be here|exist|wake up)|(?:want|rather|wish i|better off|going) (?:to |was |were )?(?:die|dead)(?! for)|self[- ]harm\w*|(?:hurt|cut|cutting|hang) myself|no (?:reason|point) (?:to|in) (?:live|living|life)|nothing (?:left )?to live for|can't (?:go on(?! (?:to|the|your|with|my|site|it))|do this any ?more|do life)|see (?:no|a|any|the) (?:reason|point) (?:to|in) (?:live|living|go on|going on|be here|carry\w*)|(?:everything|it all|this life|my life) to (?:be over|end|stop)|(?:can't|cannot) take (?:living|life)|(?:tired|sick) of (?:living|life|being alive)|better off without me|life is (?:pointless|over|meaningless)|life is(?:n't| not) worth|overdos\w*|(?:take|taking) my (?:own )?life|(?:nearly|almost|could have|could've|would have|tried to) (?:been )?(?:kill\w*|died|dead|electrocuted)|(?:someone|somebody|kids?|child|people) (?:will|could|might|is going to) (?:\w+ )?(?:die|get hurt|be killed)",
    ),
    harmless=_any(
        r"会[容易引起得]{0,2}(?:过敏|漏电|爆炸|着火|起火|烫[伤手]|冒烟|中毒|红肿|触电|自燃|头晕|短路|割手|夹手)[^\n]{0,5}(?:吗|么|嘛|不会|呢|\?)|(?:会不会|不会|容易|是否|有没有|怕|担心|防|抗|没有?|不|低|无|避免|易)(?:容易|引起|有|人|再|发生|被|得)?(?:过敏|漏电|爆炸|着火|起火|烫伤|烫手|烫[到着]|冒烟|中毒|红肿|触电|电到|自燃|受伤|流血|头晕|短路|割伤|割手|割到|夹手|夹到|伤手|扎手|炸)|(?:过敏|敏感)(?:肌|体质|皮|人群|性|源)|爆炸(?:头|性|盐|款|贴|好|多|大|香|辣|新闻|螺旋)|灭火|防火|着火点|[割烫]伤膏|(?:头晕|晕车|防晕)贴|退烧|止[血泻痒吐]|呕吐袋|烧烤|[烫炸烧]头|烫(?:发|头|染|衣)|烧(?:水|饭|烤|菜)|火花塞|火星(?:人|文|车)|(?:防|驱)[虫蟑]|湿疹膏|脚(?:气|踝|感)|(?:气|急|烦|累|热|笑|吵|坑|慢|愁|丑|丢|冷|贵|难|臭|咸)死个?人|气炸|打骨折|跌了?(?:价|\d)|(?<![烫割砸夹扎划伤电溅弄沾喷])到我手|去?火星去|手脚麻利|洗手[台池盆]|看得我?头疼|饿得[一-龥]{0,2}哭|眼睛花[一-龥]?看不[清见]|手都快[一-龥]?断|(?:会不会|不)跳闸|会跳闸[吗么]|(?:柜|地板|木板|门板|桌面)[都泡全了也]{0,3}鼓包|摔得(?:稀烂|里面|粉碎)|(?:镯|杯|碗|壶|盘|瓶)[一-龥]{0,4}摔[断碎]|吐了张|(?:配料|成分)[^\n]{0,14}过敏|紧得[一-龥]{0,2}喘不",
        # What broke on the way is goods, and a fire at the courier's or a stay in hospital is nothing of ours.
        r"(?:桌|椅|凳|床|柜|沙发|茶几|架)子?的?腿[一-龥]{0,5}[断裂折破]|壶嘴[一-龥]{0,4}[断裂破]|(?:快递车|货车|中转站?|站点|转运|分拨)(?:途中|半路|中心|仓)?[着失起]火了?|快递[一-龥]{0,8}车上起火|[货件](?:是不是)?烧没了?|着火烧没了吗(?=[^\n]{0,4}快递)|人还?在医院(?=[^\n]{0,8}[收取签])|发烧就?等着|医院(?:陪护|陪床|复查)|住院[^\n]{0,4}(?:没法收货|改给)|手术住院|被水泡|扶手[^\n]{0,4}皮裂|腿疼等着|住院等着|住院(?:陪护|要用)|住院[^\n]{0,3}(?:没顾上|用不着)|医生说不用",
        r"急诊科|医院(?:用|发票|能?报销|地址|门口|门诊|上班|取|送|收|附近|旁|对面|家属|宿舍)|在医院(?:上班|工作)|(?:送|寄|发|改|到|是)[到成]?[一-龥\d]{0,10}医院(?:住院部|门诊|[一-龥]{0,3}(?:楼|栋|科))?|住院部|医院[一-龥]{0,4}(?:吗|么)",
        r"\b(?:hypo ?allergenic|allergy[- ](?:friendly|free|tested|relief|season)|fire (?:stick|tv|tablet|hd|pit|resist\w+|extinguisher|alarm|engine|truck|place|blanket)|firestick|kindle fire|fireproof|burn (?:a |the )?(?:cd|dvd)|burn(?:t)? (?:cream|gel|orange|sienna)|blood (?:pressure|orange|glucose|sugar|moon|type|red)\w*|poison ivy|spark (?:plugs?|notes)|rash ?(?:guard|vest|cream)|swollen feet|shock (?:absorb\w*|proof)|choking hazard|smoke (?:detector|alarm|machine|bomb|gr[ea]y|colou?r)|explosion proof|hospital (?:bed (?:sheets?|table|rails?|cover)|gown|bag|corners?|scrubs?|drama)|cut(?:s|ting)? (?:the|out|off))\b",
        r"\b(?:will|does|do|can|could|would|might|is|are|any) (?:it|this|they|these|that|the \w+|risk|chance)(?: \w+){0,2} (?:cause|causes|catch|explode|poisonous|toxic|allerg\w+|burn|shock|smoke|smoking|irritat\w+|melt|injur\w+)(?: \w+)?|\b(?:no|without|zero|not any|free of|anti|prevents?|against|avoid|for) (?:\w+ )?(?:fire|smoke|sparks?|injur\w+|blood|rash\w*|allerg\w*|shocks?|burns?|fumes|blisters?|itch\w*|dizziness|nausea)|\b(?:nobody|no one|none of us|not|wasn't|weren't|isn't|aren't|never)(?: \w+){0,2} (?:hurt|injured|burn\w*|bleeding|on fire|smoking|harmed|sick|ill)\b|(?:deliver\w*|ship\w*|send|sent|address\w*|work|post)(?: \w+){0,2} (?:to|at|in) (?:\w+ ){0,4}?hospital|\b(?:nurse|doctor) (?:costume|outfit|shoes|who)\b",
        r"\b(?:(?:burst|exploded)(?: open)?(?: all)? (?:in|on|inside|during|over) (?:the |its |your |my )?(?:box|parcel|package|post|transit|way|bag|delivery|carton|birthday|other)|(?:yogh?urts?|bags?|lid|tins?|paint|shampoo|one|oil|milk|sauce|balloons?|tomatoes)(?: \w+)? burst|melted (?:on the way|in (?:transit|the (?:post|van|box|heat|sun|parcel)))|(?:guitar|chair|table|stool|desk|bed|sofa|toy|doll)(?:'s)?:? (?:neck|leg|foot|arm|head|back)s?(?: \w+)? (?:broken|broke|snapped)|(?:lorry|delivery truck|van|warehouse|depot) (?:\w+ )?(?:caught fire|on fire|fire|burn\w* down)|like the place is on fire|you (?:people |guys |all |lot )?make me sick|cut (?:my|the) (?:call|line|chat)|cut me off|blood thinners?|flesh and blood|unicorn exploded|burst pipe|card swallowed|swallowed my card|blasted thing|bruised? fruit|fruit[^.\n]{0,20}bruised|(?:blocked|in) (?:an )?ambulance|bled dye|jeans bled|a slice with|no screws|scratch\w* (?:\w+ ){0,3}(?:floor|table|wall|door|car|worktop|screen|paint\w*)|remind me to(?: \w+){1,4}|(?:doctor|gp)s? (?:said|says|told me) not to|(?:while|because|as|when|since) i was in (?:the )?hospital|people in hospital|back from hospital)\b|\b(?:for|against|relieves?|eases?) (?:\w+ )?(?:back|neck|knee|foot|heel|hip|shoulder|joint) pain\b|\ballergic to (?!it|this|them|that|you)\w+(?=[.,]? (?:is|does|are|any|what)\b)|\bi get a rash from \w+",
    ),
)

# --- a scam in progress: somebody, not us, asks for money, codes, a screen or another road to talk --------------
_CALLER = r"自称|冒充|假冒|冒牌|假客服|有个?人|陌生|骗子|对方|那个?人|号码|(?:接到|收到|来)了?[一-龥\d]{0,5}(?:电话|来电|短信)|打[一-龥]{0,3}电话|打来|来电|电话里|电话[一-龥]{0,3}说|微信上|qq上|短信[一-龥]{0,3}(?:说|让|叫)|(?:他|她|客服|快递员|快递小哥|店主|老板|卖家|售后|你们的?人)[一-龥]{0,6}(?:让|叫|要|喊|教|骗|催|说|问|发|拿)|(?<!系统)(?<!登录)(?<!页面)(?<!app)(?:让|叫|喊|骗|教|催|要求)我|说(?:我|是|要|不|给|什么)|打给?我|打俾我|问我"
_BAIT = r"加[一-龥]{0,5}(?:微信|企微|qq|群|支付宝|好友)|(?:微信|qq)(?:号|群)?(?:退|转|加|赔)|(?:退款|理赔|赔付)群|共享(?!单车)|投屏|远程(?!费)|todesk|向日葵|anydesk|会议(?:软件|app)?|下[载个一][一-龥]{0,6}(?:软件|app|会议)|验证码|密码|卡号|银行卡|身份证|[六6]位数?字?|后四位|(?<!怎么)转[账钱帐给过]|打钱|汇款|过数|(?:要|让|叫|先|去)我?[一-龥]{0,3}充值(?!卡)|做任务|先(?:付|交|垫)(?![一-龥]{0,3}(?:运费|邮费|快递费|顺丰))|保证金|押金(?!退)|(?<![无退])手续费|解冻|冻结|(?<!打)流水|备用金|借呗|花呗|贷款|额度|百万保障|(?<!老)会员(?!价|日|积分)|代理商|扣费|点数|征信|闪付|手机银行|网银|余额|[付收]款码|[提取]款机|柜员机|重复扣|分期|点卡|充值卡|某信|威信|薇信|(?<![商卖]家)理赔(?!失败)|[双三两]倍|点[一-龥]{0,3}(?:链接|网址)|(?:链接|网址)[一-龥]{0,4}(?:填|点|退|付)|扫[一-龥]{0,3}码|atm|数字货币|礼品卡|私下|代付(?!成功)|关闭(?=[一-龥]{0,8}(?:会员|保障|服务|功能|业务|扣|自动))"
_DOUBT = (
    r"真的[吗是]|真的假的|官方吗|是真的|靠谱|是你们|你们(?:打|发|的人)|诈骗|骗人的|骗局|是不是骗|可信|安全吗"
)
_WHO = r"(?:some ?(?:one|body|guy|man|woman|person|lady)|strangers?|callers?|they|he|she|(?:an? |some )?(?:random )?(?:man|guy|woman|lady|dude|stranger|number|caller)|a (?:person|call)|one (?:person|guy|man|lady)|people|your (?:\w+ )?(?:agent|support|staff|employee|rep|colleague|executive|care|service|manager|guy|shop|store)|sellers?|couriers?|drivers?|scammers?|fraudsters?|imposters?|impostors?|bloke|(?:customer|delivery|refund) (?:care|service|support|guy|man|agent|manager)|e-?mail|text|sms|message|whatsapp|messenger|insta\w*|telegram|facebook|fb)"
_LURE = r"(?:control(?:led|ling)? (?:of )?(?:my|the) (?:computer|phone|laptop|screen|pc|mobile)|payment (?:on|via|through|by)|otps?|one[- ]time|verification|(?:security|sms|\w+[- ]digit) (?:code|number|pin)|(?:the|my|a) (?:code|pin)|pin|passcode|passwords?|cvv|card (?:number|details|info\w*)|(?:my|your|debit|credit|bank) (?:card|account)|bank(?:ing)? (?:details|account|info\w*|transfer|login)|\w+[- ]digits?|any ?desk|team ?viewer|quick ?support|remote (?:access|control|desktop)|share (?:my |your |the )?screen|screen[- ]?shar\w+|gift ?cards?|crypto|bitcoin|usdt|western union|money ?gram|zelle|cash ?app|venmo|upi|paytm|gpay|(?:transfer|wire|pay(?! me back))(?: \w+){0,3} (?:money|cash|to|back|first|upfront|outside|via|by|through)|send(?: \w+){0,3} (?:money|cash|to|first|upfront|outside|via|by|through)|send (?:the |some |over |extra )?(?:money|cash|amount|difference|payment|refund)(?: \w+){0,2} back|transfer|deposit|(?:a|the|some|small|processing|release|handling|customs|delivery) (?:\w+ )?(?:fee|tax|charge)|pay (?:first|upfront|outside)|qr|safe account|(?:online|mobile|my|into (?:my|your)) bank(?:ing)?|(?:steam|apple|google|itunes|play|amazon)(?: gift)? cards?|savings|(?:my |phone |mobile )screen|pay(?:ing)? (?:him|her|them|me|it|this)(?: \w+)? (?:directly|privately|outside|personally)|redelivery|keep (?:it )?(?:quiet|secret)|billing dep\w*|install|download|click\w*(?: \w+){0,3} link|scan(?: \w+){0,3} qr|refund (?:manager|department|officer|agent|team)|id (?:card|photo)|passport)"
_SCAM = _Signal(
    zh=_any(
        _near(_CALLER, _BAIT, 26),
        _near(_BAIT, _DOUBT, 20),
        r"(?:自称|说是|冒充|假冒|冒牌|假的?)[一-龥]{0,6}(?:客服|快递员|平台|京东|淘宝|拼多多|抖音|银保监|支付宝|公安|店员|你们店|卖家)|屏幕共享|共享屏幕|安全账户|刷流水|流水不够|备用金|征信[一-龥]{0,6}(?:影响|受损|消除)|刷单|钓鱼(?=[网链短邮诈])|(?<!防)诈骗(?!团伙|公司|平台|集团|犯)|网骗|电诈|是不是(?:被骗|骗局)|杀猪盘|私下(?:打|转|交易|付|加)|脱离平台",
        r"(?:钱|款)[一-龥]{0,4}(?:打|转|汇)过去|[被遭受][一-龥]{0,8}骗[走去]|[被遭受](?:人|他|她|电话|短信)?骗[了走去]?[一-龥]{0,3}(?:\d|[一二两三四五六七八九十几百千万]+[块千百万元]|钱|好多|光)|(?:被|让|叫|给)[一-龥]{0,3}(?:骗子|人)[一-龥]{0,4}(?:骗|转)走?|盗刷|被盗(?!版)|(?:卡|账户|余额|里|银行)[一-龥]{0,3}的?钱[一-龥]{0,3}(?:没了|不见|被转|转走|少了)|(?:点|扫|填|输)了[^\n]{0,18}(?:扣|没了|转走|刷走|少了)|(?:给|向|跟)(?:他|她|对方|那个?人|骗子|人家|那边)[一-龥]{0,4}(?:转|打(?!声|个?招呼|个?电话)|汇|付|充|报|念|发)|(?:转|打|汇|付)(?:了|钱)?(?:给|到|进)了?(?:他|她|对方|那个?[人说退加骗自]|骗子)|(?:报|念|告诉|给|发|提供|索要|读)[一-龥]{0,6}(?:验证码|密码|卡号|六位|6位|身份证)|验证码[一-龥]{0,3}(?:给了?|发给|告诉|报|念)",
        r"先(?:转账|转钱|打钱|汇款|交钱|垫付|充值|过数)|先[付交][^\n]{0,8}(?:才|再)[一-龥]{0,4}(?:退|赔|派|解)|交(?:\d+块?)?[一-龥]{0,3}(?:解冻费|保证金|手续费)|不[取关][消闭][一-龥]{0,8}(?:会员|扣|征信)|(?:打|来)的?电话[一-龥]{0,4}说?[一-龥]{0,3}(?:赔|退钱|双倍)|扣[一-龥]{0,3}\d+[^\n]{0,10}(?:取消|关闭)[一-龥]{0,4}会员|(?:你们|是)[一-龥]{0,6}(?:打|发)的?(?:这个|那个)?(?:电话|短信|链接)(?:吗|么|吧|来)|(?:电话|短信|链接)[一-龥]{0,3}是(?:不是)?你们[一-龥]{0,3}(?:打|发)",
    ),
    en=_words(
        rf"{_WHO}(?! (?:in stock|included))[^.\n]{{0,50}}?(?:call\w*|phon(?:ed|ing)|rang|ring\w*|text(?:ed|ing|s)|e-?mail(?:ed|ing)|messag(?:ed|ing)|dm'?e?d|dming|claim\w*|pretend\w*|says?|said|saying|ask\w*|told|tell\w*|want\w*|insist\w*|demand\w*|made me|had me|got me|need\w*|forc\w*|request\w*|trick\w*|reading|keeps?|tried|trying|is that)[^.?\n]{{0,50}}?{_LURE}",
        rf"(?:(?<!it's )asking|asked|asks?|(?<!it )(?<!tablet )wants|request\w*|demand\w*|told|telling|tells|made me|had me|trick\w*|gave (?:him|her|them|it|out)|told (?:him|her|them)|sent (?:him|her|them)|read (?:him|her|them|out)|shared)(?: me| my \w+| us)?(?: \w+){{0,6}}? {_LURE}|{_LURE}(?: \w+){{0,3}} (?:asked|asking|asks|wants?|told|told me)(?: me)? to (?:read|tell|give|send|share|forward)",
        rf"{_LURE}(?: \w+){{0,6}}? (?:to (?:get|release|receive|unlock|process|claim|verify|cancel|reactivate)(?: \w+)? (?:my|the|your|a) (?:\w+ )?(?:refund|money|parcel|package|order|account)|for (?:my |the |a )?(?:refund|redelivery|compensation|release))|pay(?: \w+){{0,4}} (?:to|before|first)(?: \w+){{0,3}} (?:release|get|receive|unlock|process) (?:my|the|your) (?:refund|parcel|package|money)",
        r"(?:i|been|got|was|being|be|were|getting|nearly|almost|just)(?: (?:been|just|got|have|being))* (?:scammed|phished|defrauded|conned|duped|tricked|swindled)|cheated by (?!you)|defraud\w*|phish\w*|vishing|smishing|impersonat\w*|imposters?|impostors?|fraudsters?|fraud (?:call|caller|message|link)|scam (?:call|text|e-?mail|message|artist|alert)|(?:is|was|looks? like|seems?|sounds?|think|might be|could be)(?: \w+){0,3} (?:a )?scam(?:mer)?|fake (?:calls?|mail|e-?mails?|texts?|websites?|site|links?|customer|support|agent|seller|shop|store|page|account|number|delivery|profile|courier)|suspicious (?:calls?|text|e-?mail|link|message|number|activity)|authentic e-?mail",
        r"(?:call\w*|text|e-?mail|message|sms|link|number|whatsapp|website|site|account|person|man|guy)(?: \w+){0,8},? (?:(?:is|was) (?:it|this|that|he|she) )?(?:legit\w*|genuine|real(?! (?:person|human|people|agent))|from you|your (?:company|staff|number|team)|you guys|by you|fake|fraud)|(?:is|was|are|were) (?:it|this|that|they|he|she)(?: really)? (?:you|from you|your (?:staff|company|team|number|people))(?: \w+){0,3} (?:call\w*|text\w*|who|that|ask\w*|send\w*|sent|phon\w*|e-?mail\w*|messag\w*)|(?:is|was) (?:it|this|that)(?: really)? (?:from )?you(?:rs| guys)?(?= ?\?|$)|did you (?:just |really )?(?:call|text|phone|message|ring) me|using your (?:company|shop|store|brand|business|logo)?'?s? ?name",
        r"(?:add|contact|message|text|reach)(?: \w+){0,4} (?:on|via|through) (?:whats ?app|wechat|telegram|qq|line|signal)|(?:whats ?app|wechat|telegram|messenger|instagram|insta|facebook|fb)(?: \w+){0,6} (?:refund|money|agent|support|payment|fee|deposit|card)|(?:got|get|had|have|received?|getting|there'?s) (?:a |an |this |these |another )?(?:\w+ ){0,2}(?:calls?|texts?|messages?|sms|e-?mails?|dm)(?: [\w,]+){0,12} (?:fee|pay|otp|code|verify|bank|details|click|password|customs|held|compensation)",
        r"(?:money|savings|balance)(?: \w+){0,2} (?:gone|stolen|emptied|drained|missing|disappeared|vanished)|(?:card|account|bank|wallet)(?: \w+){0,3} (?:emptied|drained|hacked|cloned|compromised|wiped)|(?:took|stole|withdrew|stolen|debited|deducted)(?: [\w$£€]+){0,4} (?:from|out of) my (?:account|card|bank|wallet)|unauthori[sz]ed (?:transactions?|charges?|payments?)|click\w*(?: \w+){0,8} (?:card|charged|money|account|bank)|(?:sent|transferred|paid|wired|send|transfer|pay)(?: \w+){0,3} to (?:some\w*|a man|a guy|him|her|them|a person|a stranger|a woman)|(?:read|gave|told|sent|shared|given)(?: it)?(?: to)? (?:him|her|them|the (?:guy|man|woman|caller))(?: \w+){0,3} (?:numbers?|codes?|digits|details|info\w*|passwords?|card|pin|otp)|(?:sent|paid|transferred|wired)(?: [^\s]+){0,4} (?:on|via|by|through|with|over) (?:\w+ )?(?:zelle|cash ?app|venmo|western union|crypto|paytm|gpay|upi)|redelivery (?:fee|charge)|(?:let|gave)(?: \w+){0,2} (?:control|access|into|connect)(?: \w+){0,3} (?:my|to my) (?:\w+ )?(?:computer|phone|laptop|pc|bank|account|screen|mobile)|opened my bank|(?:typed|entered|put|filled|gave)(?: in)? my (?:bank|card|account|password|details|pin)[^.\n]{0,30}?(?:he|she|they|link|sent|page|site|form|caller)|lost (?:[$£€]? ?\d\w*|money|my \w+|\w+ (?:pounds|dollars|rupees|bucks|quid))(?: \w+)? to (?:some\w*|an?|this|that|the)|(?:wasn't|weren't|isn't) (?:really )?you(?! \w+ing)|(?:took|stole|copied|got|has) my (?:card|bank|account)(?: number| details)?|(?:under|in) your (?:name|logo|brand)|pretend\w* to (?:be (?:you|from|your|one of|a (?:courier|agent|driver))|work)|safe account|over ?paid(?: \w+){0,8} (?:back|return|difference)|(?:outside|off) (?:of )?(?:the |this |your )?(?:app|platform|site|website)|(?:share|sharing|shared)(?: my| your| the| his)? screen(?! (?:cable|hdmi))|any ?desk|team ?viewer|pay (?:a |the )?(?:fee|deposit) first",
    ),
    harmless=_any(
        r"(?:登录|系统|页面|app|注册|提示|绑定)[一-龥]{0,6}(?:让|要|叫)?我?[一-龥]{0,4}(?:验证码|密码)|(?:忘记?了?|修改|改|重置|收不到)(?:支付)?(?:密码|验证码)|防(?:诈)?骗|没(?:有)?被骗[^\n]*|(?:需要|要不要|是否|必须|得|要)(?:提供|上传|发|给)?[一-龥]{0,2}身份证[一-龥]{0,5}(?:吗|么|嘛)|锁的?密码|(?:取件|取货|提货|收货|开柜)(?:验证)?码|(?:入驻|开个?店|店铺|成为商家)[^\n]{0,14}保证金|(?:银行卡|卡里|余额|支付宝)[一-龥]{0,4}[没未][一-龥]{0,2}(?:进账|到账|收到|变化)|余额明明|放假[一-龥]{0,3}客服|客服[一-龥]{0,3}上班",
        r"\b(?:forgot\w*|reset|change|login|log in)(?: \w+){0,3} (?:password|pin|code)|(?:promo|discount|voucher|coupon|size|tracking|return) code|\b(?:not|isn't) (?:a )?scam|anti[- ]scam|remote (?:control|access) (?:for|door|car|unit|battery)|gift cards? (?:balance|in stock)|screen shar\w+ (?:cable|hdmi)|remote (?:control|access)(?= (?:door|for|fan|toy|car|lock))",
        # A refund or a payment of ours that has not shown up is no theft.
        r"\b(?:issued|processed|refunded|credited|done|completed?)(?:,| and| but) (?:\w+ ){0,2}my (?:card|bank|account)\b|\byou(?:'ve| have| still| just| guys| only)* (?:took|taken|debited|deducted|charged)\b[^.\n]{0,50}?\b(?:account|card|bank|wallet)\b|\b(?:payment|transaction|txn)\b[^.\n]{0,20}?\b(?:failed|declined)\b[^.\n]{0,12}?money(?: is| has)? gone|\bdebited from my (?:account|card|bank)(?=,? (?:but|and|order))|\b(?:card|number|address|listing|details) off (?:the|your) (?:app|site|website)|\bpay(?: for)?(?: \w+){0,2} (?:shipping|postage|courier)\b|\b(?:to get|give) (?:\w+ ){0,2}it (?:all )?back|\bthe (?:\w+ )?fee (?:back|refunded)\b|\bwants? to (?:send|return) (?:it|this|them|these)\b",
    ),
)

# --- law, regulators, police, press -----------------------------------------------------------------------------
_SHOWN = r"抖音|快手|小红书|微博|朋友圈|b站|知乎|贴吧|头条|论坛|短视频|网上|网络|公众号|热搜|视频号"
_OFFICE = r"trading standards|citizens advice|better business\w*|bbb|ftc|cfpb|accc|fair trading|food standards|fda|fssai|fsa|ofcom|acm|hmrc|health (?:department|dept|inspect\w*|board|authority)|attorney general\w*|action fraud|ic3|interpol|fbi|watchdogs?|ombudsm[ae]n|regulat\w+|authorities|consumer (?:court|protection|rights?|forum|affairs|commission|council|law|act|helpline|cell|complaints?|bureau|association|redress)|police|cops?|sheriff|cyber ?(?:crime|cell)|tax (?:office|department)|data protection|gdpr"
_LEGAL = _Signal(
    zh=_any(
        r"12315|96315|12378|(?<![\da-z])315(?![\d元块号克]|ml)|(?:[打拨找给]|投诉到?|热线)12345|12345(?:热线|投诉|举报|市长|市民|电话|见|平台)|消协|(?<!取)消保|消委|消费者(?:协会|权益|保护)|消法|权益保护法|工商(?!银行|业|管理)|市监|市场监|监管|监督(?:局|所)|(?:有关|相关|主管|执法|职能)部门|[药质食]监|卫健委|卫生局|网信办|工信部|税务局|信访|市长热线|政务热线|黑猫|物价局|商务局|银保监|经侦|网警|检察|公证处",
        r"起诉|法院|法庭|律师|法务|(?<![广报公转宣])告(?:你|恁|他|她|上|倒|死|到|去|赢|定|状|这家)|[去要我]告(?!诉|知|别|白|示)|打官司|官司|公堂|立案|传票|开庭|判决|仲裁|诉讼|报了?[警案]|派出所|公安|警察|巡捕|(?<!\d)110(?=[报警见抓处来])|[打拨报找叫][一-龥]{0,3}110(?!\d)|法律|走法|司法|走(?!什么|啥|哪|怎|退|换|售)[一-龥]{0,3}程序|法办|依法|违法|犯法|触犯|坐牢|牢饭|退一赔|(?:依法|法律|合法|集体|上门|坚决|一定|必须|到底|组团|[会将来去要](?!申请|发起|怎|点))[一-龥]{0,2}维权|维权(?:到底|群)|(?<![投告倾])诉你|欺诈罪|诈骗罪|(?:已|去|公安|要)备[个了]?案|备了案|辖区|法官|庭上|被告",
        r"举报(?:你|到|了|信|电话|给|他|这|你们)|(?:要|去|会|就|已经?|马上|等着|将|被|我|实名|也)[一-龥]{0,3}举报|(?<![自多流])媒体|记者|曝光|爆光|爆料|揭发|揭露|上(?:新闻|电视|头条|央视|报纸)|登报|见报|舆论|电视台|央视|[找见登联][一-龥]{0,4}新闻|新闻(?:媒体|热线|部|台|单位|见|频道)|焦点访谈|报社|公之于众|让(?:大家|所有人|全网|网友|全国)[一-龥]{0,4}(?:看|知道|评)",
        rf"(?:{_SHOWN})(?:上)?(?:曝|见|避雷|挂|吐槽|发(?:出|一下|你|帖|视频|文)|去)|(?:发|挂|传|放|晒|曝|捅|投|送)(?:你们?)?(?:到|上|在|去)?[一-龥]{{0,3}}(?:{_SHOWN})|(?:证据|录音(?!笔)|录像|聊天记录)[一-龥]{{0,4}}(?:留(?!多久)|保|存|收集|固定|提交|交|录)(?!到群)|(?:截图|证据|聊天记录)[一-龥]{{0,4}}(?:留着|保留|存好|存着|固定|存了|留了|取证)",
    ),
    en=_words(
        r"lawyers?(?:'s)?|attorneys?|solicitors?|barrister|advocate|my legal|sue|sued|sues|suing|law ?suits?|litigat\w+|legal (?:action|notice|proceedings|route|advice|team|steps?|case|matter|department|rep\w*|help|letter|claim|battle|recourse|counsel|means|channels?|rights?)|the law (?:involved|on)|legally (?:obliged|required|entitled|bound)|illegal\w*|unlawful|(?:against|break\w*|broke|by|under|violat\w+) (?:the |consumer )?law|breach of|letter before|class action|injunction",
        r"(?:in|to|the|consumer|county|high|claims|magistrates?'?|district|civil|into) court(?! (?:road|street|lane|avenue|shoes?|yard))|court (?:case|order|action|date|papers?|summons|notice|claim)|tribunal|arbitrat\w+|small claims|(?:for|at|by) (?:the )?court(?! shoes?)|(?:a|the) judge (?:to )?(?:decide|will|rule|can|hear)\w*|to (?:the|a) judge|local (?:news ?)?(?:papers?|press|news|radio|tv)|(?:state|district) (?:ag|attorney)|my (?:local )?(?:mp|senator|councillor|congress\w+)|violat\w+|magistrates?|summons|subpoena|prosecut\w+|press(?:ing)? charges|criminal (?:complaint|charges|case|offen[cs]e)|(?:file|filed|filing|lodge|lodged|register|registered|an?) (?:an? )?fir",
        rf"(?:{_OFFICE})|report(?:ed|ing|s)? (?:you|this|your|them|it|the (?:shop|store|company|seller|site|matter|business))(?: \w+){{0,4}} (?:to|with|at|on) (?!(?:you|customer|support|me|my))|report you|charge ?backs?|charge back|dispute(?: \w+){{0,3}} with my bank",
        r"(?:the|to|national|local|in|alert\w*|contact\w*|call\w*|tell\w*) (?:press|media)|(?:to|national|local|in|on|alert\w*|contact\w*|call\w*|tell\w*|inform\w*|get)(?: the| a)? (?:news ?papers?|papers|news)(?! about)|(?:go|going|went|take (?:this|it)|be|you|it|this|story)(?: \w+)? (?:to|on) (?:the |national |local )?(?:tv|telly)(?! (?:player|cabinet|remote|button|stand|unit|about))|(?:call\w*|contact\w*|national|local) (?:the )?(?:tv|telly)|news ?papers? (?:will )?hear|journalists?|reporters?|bbc|cnn|itv|ndtv|daily mail|(?:to|call|contact|tell) the sun|go(?:ing|es)? (?:viral|public)|expos(?:e|ing) (?:you|your|this|them|the (?:shop|company|store))|name and shame|every(?:one|body)(?: \w+){0,3} (?:know|knows|see|sees|hear|hears|warn\w*)|(?:post|posting|share|sharing|put|putting|blast|blasting|plaster\w*|spread\w*|upload\w*)(?: \w+){0,4} (?:all over|everywhere|viral)|(?:blast|expose|warn|roast|drag) (?:you|everyone|people|your \w+) (?:on|all|about|to)",
    ),
    harmless=_any(
        r"(?:律师函?|起诉书?|法律|法院|法官|法庭|警察|公安|派出所|消防|媒体|新闻|记者|诉讼|仲裁|立案|工商|税务)[一-龥]{0,5}(?:袍|模板|文件夹|玩具|衣服|服装|制服|帽|车|书|教材|考试|资料|类|播放器|证套|证件|联播|款|积木|手办|道具)|(?:法院|派出所|公安局?|警察局|消协|工商局|电视台|报社|税务局|检察院|法庭)[一-龥]{0,3}(?:家属|宿舍|旁|附近|对面|门口|隔壁|楼|上班|工作|路|收|驿站|小区|后面|斜对|[大东西南北]?[街巷]|同款)|(?:在|送到?|寄到?|地址[写填是]?[一-龥]{0,2})[一-龥]{0,3}(?:法院|派出所|公安局?|检察院|税务局|电视台)(?:上班|工作)?|税务局?要求|指定的?[一-龥]{0,4}供应商|仲裁委员会指定",
        # Asking the platform to step in and decide is a step of after-sales, not a threat.
        r"(?:官方|平台|客服|小二|申请|请你?们?)(?!仲裁委)[一-龥]{0,3}仲裁(?!委|庭)|仲裁(?:判|结果|进度|入口|按钮)|(?:平台|官方|小二|客服)的?(?:判决|裁决)|(?:怎么|如何|在哪|哪里|申请|发起|撤销|撤了|还能|能不能)[一-龥]{0,4}维权(?!群|到底)|维权(?:入口|进度|单|申请|那边|按钮|记录|该)",
        r"(?:订单|尾号|单号|编号|密码|电话)[一-龥]{0,3}12315|(?<!信)(?:不|没|别)(?:会|想|用|要|必|打算|至于)?去?(?:投诉|举报|找律师|起诉|报警|曝光|维权)|举报(?:按钮|入口|功能|键)|误[点触]|曝光(?:度|补偿|参数|时间|不足|过度)|(?:支持|承诺|保证|是不是|有没有|享受|商家)[一-龥]{0,3}假一[赔罚][一-龥]|假一[赔罚][一-龥](?:吗|么|是|保障|承诺|服务)|315(?:活动|优惠|大促|期间|有)|新闻联播|调律|税务局[一-龥]{0,2}(?:查不|网站|系统)|(?:机|灯|半就|一直|老是|总是|滴滴|蜂鸣|自己)报警(?=[,，]?(?:显示|响|不停|停))|一开就报警|报警[器声音灯]|让[一-龥]{0,3}[卖商]家报案|法律(?:硕士|职业)|法务考",
        r"\b(?:the )?(?:news|paper) (?:said|says)|reporter (?:bag|notebook)|court said|court ?house|(?:police|court|legal|crime) (?:drama|show|series|novel|thriller)|\b(?:police|cop|lawyer|judge)s? (?:themed|dog|lego|car|station|costume|toy|hat|man|officer costume|outfit|badge|lego|uniform)|\bcourt shoes?|(?:tennis|basketball|food|badminton) court|\b(?:not|never|won't|no need (?:to|for)|don't (?:want|need|intend|plan) to)(?: (?:going|to|call\w*|get\w*|involv\w+|hire|take|any|the|a))* (?:sue|suing|lawyers?|legal action|police|report you)\b|is it (?:legal|illegal)|(?:illegal|legal) (?:to|in) (?:use|fly|own|carry|ride)|voltage regulat\w+|regulat\w+ (?:valve|hose)|gas regulat\w+|temperature regulat\w+|consumer electronics|social media|copy ?right|cop out|to (?:the )?press (?:the|it|on)|report (?:a|an|the) \w+|(?:with|which|any|called|named|mrs) sue\b|\b(?:ask|apply|request)\w* (?:for )?(?:the |an )?arbitration|\byou (?:to )?arbitrate|need a police report",
    ),
)

# --- money for a review, or for silence -------------------------------------------------------------------------
_BAD = r"差评|中评|负评|负分|[一1]颗?星(?!期)|追评|低分|恶评|避雷|全网|黑你|黑店里|搞臭|搞[到死垮]|降权|关门|开不下去|刷[屏爆]|人肉|晒图|评分|评论区|口碑|[写整弄骂]死你|闹大|搞你|捣乱|难看"
_GIVE = r"红包|返现|返[我\d]|免单|补偿|赔偿|赔我|赔[\d一二两三五十几]|补我|补[\d一二两三五十几]|送我|转我|打钱|打我|给钱|拿钱|赔钱|退我?[\d一二两三四五六七八九十]|退一半|退我一半|一半的?钱|免费|[送补发]我?[一]?个新|[给转打发补返]我?[\d一二两三四五六七八九十几半百]|给我[一-龥]{0,3}钱|给点|转账\d|好处|封口|意思一下|现金|白送|多少钱|[\d一二两三四五六七八九十百][块元百]|打赏|支付宝"
_PRAISE = r"撤诉|[删撤改消清去换][一-龥\d]{0,4}(?:差评|好评|评价|追评|五星|5星|评|投诉|举报)|(?:差评|评价|追评|好评|五星|投诉)[一-龥]{0,4}(?:[删撤改消换]|好说|好商量|到位)"
_DENIED = r"不然|否则|要么|要不(?!要)|不(?:给(?!差评)|赔|补|送|免|转|返|打|发(?!货)|满足|同意|答应|表示|意思|退)|不(?:出|表示|意思)点?|唔(?:俾|给|畀)|没(?:有)?(?:红包|补偿|好处)|再不(?:给|赔|补|返|转)|如果不|除非"
_POOR = r"(?:(?:bad|negative|neg|poor|terrible|awful|horrible|nasty|low|scathing|honest|1|one|single|zero|0)[- ]?(?:\*|stars?)?[- ]?(?:\w+ )?(?:reviews?|ratings?|feedbacks?|stars?|comments?)|1 ?\*|(?:1|one|zero|0)[- ]?stars?|slat(?:e|ed|ing)|(?:trash|ruin|destroy|tank|blast|roast|drag|wreck|kill|smear|bash) (?:you|your|the)|(?:bad|negative) (?:word|publicity)|(?:make|making|do|post) (?:a|an) (?:\w+ )?(?:video|post)|(?:post|put|share) (?:this|it|everything|about you|screenshots) (?:on|to|all|every)\w*|trust ?pilot|(?:nasty|bad|terrible|negative|awful|scathing|poor) (?:write[- ]?ups?|posts?|words?|comments?|things|story)|(?:my|the) review|review bomb\w*|(?:leave|write|post|give|put|get|rate) (?:\w+ ){0,3}(?:reviews?|ratings?|feedback|stars?))"
_PAY = r"(?:pay(?: ?pal| ?up|ing|ment|s)?|paid|money|[$£€¥₹] ?\d+|\d+ ?(?:[$£€₹]|dollars?|bucks|quid|rupees|rs|usd|pounds?|euros?|inr|percent|%)|(?:rs\.?|usd|inr) ?\d+|cash ?back|cash|gift ?(?:cards?|voucher)|vouchers?|coupons?|free(?:bies?)?|for nothing|refund\w*|compensat\w*|discount|(?:send|give|offer|get|ship) (?:me|us)|\d+ (?:off|back)|reimburse|something extra|(?:store |account )?credit)"
_IF = r"(?:or|unless|if|otherwise|else|until|when|after|once|and|then|for|only|in exchange|in return|want|will|instead|how about|so)"
_REVISE = r"(?:remov|delet|chang|tak|edit|updat|revis|fix|improv|withdr|rais|upgrad|reconsider|drop|keep)\w*(?: \w+){0,3} (?:reviews?|ratings?|feedback|stars?|1 ?\*|complaint|post|video|comments?)(?: \w+)?(?: down)?"
_EXTORTION = _Signal(
    zh=_any(
        rf"(?:{_DENIED})[^\n]{{0,16}}?(?:{_BAD})|(?:{_BAD})(?:伺候|警告|轰炸)",
        _near(_GIVE, r"差评|[一1]星(?!期)|中评|负评|负分|追评|避雷|全网黑|黑你|曝光你|降权|开不下去", 16),
        _near(_GIVE, _PRAISE, 14),
        r"(?:红包|返现|给钱|打钱|转账|补偿|免单|[\d几一二两三五六七八九十百]+[块元]钱?)[^\n]{0,8}?(?:好评|五星|5星)|(?:好评|五星|5星|评价)[一-龥 ,]{0,3}[拿用][一-龥]{0,4}换|(?:好评|五星|5星)[^\n]{0,6}?先[^\n]{0,4}?(?:红包|钱|块|\d)|(?:好评|五星|5星)[^\n]{0,4}?得?(?:给|出|付|掏)钱|和解[^\n]{0,8}?(?:拿|给|赔|\d|[一二三两四五六七八九十几]+[千百万])|(?:好评|五星|5星)[一-龥]{0,4}(?:换|给多少|多少钱|要钱|先[打给转发])|想要(?:好评|五星)|(?:评价|差评)[一-龥,， ]{0,8}(?:私了|封口|你懂|看着办|自己选|换)",
        rf"(?:{_GIVE})[^\n]{{0,12}}?(?:就|我|才)[一-龥]{{0,3}}(?:不|没)[一-龥]{{0,3}}(?:举报|投诉|曝光|发|追究|闹|告|写|说出|差评|计较)|不(?:给|赔|补|转|打|发|送|免|拿)我?[一-龥\d]{{0,6}}(?:钱|红包|块|补偿|好处|单|\d)[^\n]{{0,8}}?(?:举报|投诉|曝光|报警|告你|12315|工商|市监|消协)",
        r"封口费|私了|(?:不|别|才不)(?:想)?[一-龥]{0,3}(?:举报|投诉|曝光|闹|追究|闹大)[^\n]{0,8}?(?:先|就|得|要)?(?:给|拿|打|转|赔)[^\n]{0,4}?[\d一二两三四五六七八九十几半钱]|职业(?:差评|打假)|打假(?:人|的)|好处费|破财消灾|(?:钱|红包|块|元|\d|[百千万])[^\n]{0,8}闭嘴|闭嘴[^\n]{0,8}(?:钱|红包|块|\d)|买我|敲(?:你)?一?笔|万个?粉(?!底|色)[^\n]{0,14}(?:给|送|免费|好处|避雷|曝|不)|粉丝[^\n]{0,10}(?:给|送|免费|好处|避雷|曝)|(?:上一?家|别家|别的店|人家店)[^\n]{0,6}(?:给|赔|转|返)[^\n]{0,12}(?:评|举报|投诉)|(?:仅退款|白拿|货(?:也|还)?归我|不退货)[^\n]{0,12}(?:差评|一星|中评|追评|举报|投诉)",
    ),
    en=_words(
        rf"{_PAY}[^\n]{{0,50}}?\b{_IF}\b[^\n]{{0,45}}?{_POOR}|{_POOR}[^\n]{{0,30}}?\b{_IF}\b[^\n]{{0,40}}?{_PAY}|no (?:\w+ )?(?:refund|money|freebie|discount|compensation|gift|voucher|cash)\w*,? (?:then )?no (?:\w+ )?(?:review|stars?|feedback)|{_POOR}(?: (?:incoming|coming|stays|remains|stands))[^\n]{{0,25}}?{_PAY}",
        rf"{_REVISE}[^\n]{{0,40}}?{_PAY}|{_PAY}[^\n]{{0,40}}?{_REVISE}|(?:5|five)[- ]?(?:\*|stars?)(?: \w+)?[^\n]{{0,20}}?\b(?:if|once|when|after|for|only|want|in exchange|then|unless)\b[^\n]{{0,40}}?{_PAY}|want (?:a |an )?(?:good|nice|positive|five|5|great)[^\n]{{0,40}}?{_PAY}|{_PAY}[^\n]{{0,30}}?\b(?:and|then|for|get|i|we)\b[^\n]{{0,20}}?(?:5|five|good|positive|nice|great)[- ]?(?:stars?|\*|reviews?|feedback|rating)",
        rf"(?:or|unless|otherwise|else)(?: \w+){{0,2}} (?:i|we)\b[^\n]{{0,20}}?{_POOR}|(?:bad|negative|one[- ]star|1[- ]star) reviews? (?:unless|if you (?:don't|do not|won't)|otherwise)",
        r"(?:won't|will not|not going to|don't|not) (?:report|post|tell|expose|complain|sue|go to|say)[^\n]{0,30}?\b(?:if|unless|for|provided)\b[^\n]{0,25}?(?:pay|give|send|[$£€₹] ?\d+|\d+|money|cash|compensat\w*|free)|(?:pay (?!me back)|pay up|money|[$£€₹] ?\d+|\d+ (?:dollars|bucks|rs|rupees|pounds|quid)|compensat\w*|free|hush)[^\n]{0,30}?\b(?:or|otherwise|else)\b(?: \w+){0,2}? (?:i|we)(?:'ll)?\b[^\n]{0,15}?(?:report|tell\w*|post\w*|expose|go to|make|call|inform|share|slate)|(?:pay|send|give|transfer|gift cards?|vouchers?|cash|[$£€₹] ?\d+|\d+ (?:bucks|dollars|quid|rupees|rs))[^\n]{0,25}?\b(?:and|then)\b (?:i|we|you)(?:'ll)? (?:won't|will not|not|forget|drop|stay|keep|say nothing)[^\n]{0,10}?(?:report|go|tell|post|expose|sue|call|complain|hear|see|quiet|silent|it|this|the)|if you (?:don't|do not|won't) (?:pay|send|give|compensate)[^\n]{0,30}?(?:tell\w*|report\w*|post\w*|expos\w*|review|star|everyone)",
        rf"hush money|(?:my|the) (?:reviews?|rating|stars)(?: \w+){{0,3}} (?:depends?|goes live|going live|hangs)|(?:keep|stay|stays|just|settle)(?: \w+){{0,3}} between (?:us|you and me)|between (?:us|you and me)[^\n]{{0,40}}?(?:{_PAY}|review|rating)|what(?:'s| is) it worth|(?:complaint|reviews?|post|video|rating|1 star|one star)(?: \w+)? (?:gone|goe?s? away|disappears?|vanish(?:es)?)|(?:all|every one of|everyone) (?:of )?my (?:\w+ )?(?:subscribers|followers|friends|viewers|group)[^\n]{{0,30}}?(?:unless|if|or)|worth my while|settle[^\n]{{0,20}}? privately|private settlement|(?<!to )(?<!you )pay up|how much(?: \w+){{0,4}} (?:review|rating|stars?|post)|your choice[^\n]{{0,30}}?(?:review|star)|(?:review|star)[^\n]{{0,30}}?your choice|be a (?:real )?shame if|(?:followers|subscribers|influencer|audience|blogger|youtuber|tik ?toker|reviewer)[^\n]{{0,40}}?{_PAY}|(?:other|another|last|previous) (?:seller|shop|store)s?[^\n]{{0,20}}?(?:paid|gave|sent|refunded)[^\n]{{0,40}}?(?:review|feedback|rating|star)",
    ),
    harmless=_any(
        r"好评返现|返现(?:还|什么|怎么|没|活动|吗|多少|到)|(?:好评|评价)[一-龥]{0,3}后?的?(?:红包|返现|优惠券|积分)[一-龥]{0,3}(?:怎么|在哪|没|吗|什么|领|到)|看[^\n]{0,8}差评|差评(?:多|说|里|率)|差评[多吗]|给[一-龥]{0,3}了?(?:个|你们)?五星|(?:已|都)(?:经)?给[一-龥]{0,4}(?:好评|五星)",
        r"\b(?:how (?:much|long) (?:is|does|are)|do you (?:give|offer)|(?:saw|read|seen) (?:a |the |some |your )?(?:bad |negative )?reviews?|5 star hotel|discount for reviews?|free (?:shipping|delivery|returns?)|left (?:you )?a|feel free|post ?office|sellers?[^.\n]{0,30}?(?:asking|asks|asked|offered|offering|offers|wants) me[^.\n]{0,60}?reviews?|they (?:want|asked|told) me to (?:remove|change|delete)[^.\n]{0,20}?reviews?)\b",
    ),
)

# --- anger: insults, curses, despair ----------------------------------------------------------------------------
_ANGER = _Signal(
    zh=_any(
        r"垃圾|辣鸡|骗子|骗(?:人|钱|我(?!说没)|消费者|顾客)|傻[逼比b叉x缺子帽屌]|沙[比雕]|[煞啥]笔|白痴|弱智|智障|脑残|脑瘫|脑子[一-龥]{0,2}(?:有|进|坏|病)|没脑子|蠢(?!萌)|废物|饭桶|草包|混蛋|王八|畜[生牲]|人渣|败类|神经病|有病|有毛病|狗(?:屁|东西|店|商家|娘|客服|比|逼|日|屎|杂)|狗吃了|孙子(?=们|!|$)|龟儿|龟孙|瓜皮|瓜娃|[憨哈批]批|扑街|仆街|冚家|[丢屌吊]你|老母|痴线|黐线|死(?:全家|妈|一边|骗|奸)|全家|祖宗|断子|不得好死|报应|短命|贱[人货]|下贱",
        r"[他她它你尼泥祢]{1,2}[妈马码玛][的b个]?(?!妈)|特么|踏马|妈(?:的|卖|了个)|麻痹|马勒|cnm|nmd|nmsl|tmd|mmp|(?<![a-z])(?:sb|tm)(?![a-z])|[草艹曹操日淦][你泥尼他蛋了]|草泥|卧槽|我[靠操艹擦](?!谱|近)|他娘|你娘|你大爷|你妹|老子|劳资|滚(?![筒动轮珠刷烫床边石雪])|去死|放屁|屁话|扯[淡蛋]|扯犊子|瞎扯|鬼扯|屎|什么[一-龥]{0,2}(?:破|烂|鬼|垃圾|玩意|态度|东西[!?]|狗|店[啊!?])|啥(?:子|个)?(?:破|玩意|垃圾|态度|烂|店)|破(?:店|平台|公司|玩意|客服|系统|软件|东西|烂货|地方)|烂(?:店|平台|透|到|货|东西|公司|人|客服)|[稀巴]烂服务",
        r"不要脸|要不要脸|要脸|脸皮|无耻|可耻|缺德|没品|良心|丧尽|天良|恶心|吃相|嘴脸|德[行性]|人品|气(?:死|人|炸(?!锅)|疯|坏|愤|得我|到我|哭|晕|爆)|生气|来气|火大|火冒|冒火|一肚子火|恼火|愤怒|暴躁|崩溃|抓狂|[要快]疯|疯了|发疯|心态(?!平|好)|血压(?:飙|都|上)|烦(?:死|透|不烦|人|躁)|受够|受不了|忍(?:无可忍|不了|你们|够|很久|受)|够了[!没吧]|太过分|真过分|过份|欺人|欺负|欺骗|欺诈|欺客|坑(?:人|爹|死|钱|货|我|了)|太坑|真坑|黑店|黑心|黑商|奸商|无良|无赖|流氓|强盗|土匪|霸王|宰客|智商税",
        r"忽悠|糊弄|唬|耍(?:我|人|猴|赖|无赖|着|流氓)|着?玩[我呢]呢?|逗我|玩我|当(?:我|顾客|我们|客户|消费者)[一-龥]{0,3}(?:好欺负|傻|猴|三岁|冤|是傻)|把[一-龥]{1,4}当|敷衍|推(?:卸|脱|诿|来推去)|踢皮球|皮球|打太极|扯皮|装死|装傻|装聋|装瞎|死了吗|都死|人话|听不懂[一-龥]{0,3}话|死(?:哪|到哪|绝|人)(?!节)|火气|别惹我|是人吗|狗都不|眼瞎|瞎了|聋了|复读|[几八千百一]百?(?:八十)?遍|多少[遍次]|[问说讲催]了[一-龥\d]{0,3}[遍次]|没人理|不理人|不回我|差(?:劲|到|得要|透|极|评!)|太差|最差|[那这]么差|没见过[一-龥]{0,8}(?:差|烂|店|赖|商家|客服)|离谱|离大谱|无语|(?<![客衣西制])服了(?=[,.!，。 ]|你|$|啊|这)|醉了|可笑|搞笑[呢吗么]|笑话|(?:再也|以后|永远)不(?:会)?(?:买|来|再|光顾)|再也不|拉黑|倒闭吧|关门吧|失望(?:透|至极|极|了)|太失望|心寒|寒心|凭什么|什么态度|太不像话|不像话|岂有此理|莫名其妙|讲不讲理|不讲理|丢人|晦气|倒霉|倒了[一-龥]{0,4}霉|血霉|吃(?:干饭|闲饭|白饭|屎)|干什么吃的|脸都不要|没脸|给爷|给老子|呸|窝火|憋[火屈]|窝囊|搞(?:毛|屁|什么鬼)|毛线(?=$|[!?,。])|什么鬼|见鬼|骗鬼|鬼话|没完没了|坑蒙|丧心病狂|滚犊",
        r"😡|🤬|😠|👿|💢|🖕|😤|[骗退赔钱差坏烂破]!{2,}|[退还]!钱|(?:还没|还不|到底|天了|不回|处理|投诉|说话|凭什么|为什么)[^\n]{0,16}[!?]{3,}",
    ),
    en=_words(
        r"cnm\w*|nmsl|nmd|tmd|mmp|sb|(?:mother)?f+u+c+k+\w*|f[*#@u]+[ck*#@]+\w*|fk(?:n|ing|in)?|fck\w*|fu|wt[fh]|ffs|stfu|gtfo|how dare|omfg|effing|frigg\w+|freaking|(?:bull|dip|horse)?shit(?:e|s|ty|show|head)?|sh[*!1]t\w*|bull(?:crap|s)?|bs|crap(?:py)?|damn(?:ed|it)?|goddamn|hell|heck is|ass ?hole|arse ?hole|jack ?ass|dumb ?ass|bastards?|bitch\w*|dick ?(?:head)?s?|pricks?|cunts?|twats?|wank\w*|bollocks|bugger|bloody|piss\w*|screw (?:you|this|off|your)|sod off|get lost|shut up|drop dead|rot in|up yours",
        r"idiot(?:s|ic)?|moron\w*|imbeciles?|stupid\w*|dumb|fools?|clowns?|muppets|jokers?|losers?|scum\w*|vultures?|leech\w*|parasites?|robb(?:ers?|ery|ing|ed)|thie(?:f|ves)|theft|stealing|stole|crooks?|criminals?|scammers?|scamming|con artists?|conm[ae]n|cowboys|liars?|lying|lied|lies|cheat(?:s|ers?|ed|ing)?|fraud(?:s|sters?|ulent)?|shady|dishonest|deceitful|incompeten\w+|clueless|brainless|lazy|useless|worthless|hopeless|pathetic|rude|arrogant|ignorant|shame(?:ful|less| on)?|no shame|ashamed|disgrac\w+|disgust\w+|despicable|vile|horrid",
        r"ridiculous|outrag\w+|unacceptable|appalling|atrocious|abysmal|dreadful|diabolical|shocking|shambles|worst|terrible|horrible|horrendous|awful|disaster|nightmare|farce|sham|scandal\w*|nonsense|zero stars|seeing red|same (?:old )?story|act together|(?:god|christ|heaven|pete|goodness|fuck)\'?s? sake|taking the \w+|get a grip|p\*ss\w*|circus|garbage|rubbish|trash|junk|suck(?:s|ed)?|stinks?|jokes?|laugh(?:ing)? ?(?:stock|able)|rip(?:ping|ped)? ?off|waste of|wast(?:e|ing|ed) (?:my|of|our) time|insult\w*|disrespect\w*|unprofessional|third class|unbelievable|unreal|beyond belief|absurd|insane|are you (?:deaf|blind|kidding|joking|serious|mad|people|even|stupid|mental)|(?:what|something)(?: the \w+)?(?:'s| is)? wrong with you|do you (?:even|people|guys|not|ever) (?:read|listen|care|understand)|(?:like|for|as) (?:an? )?(?:fool|idiot|mug|dirt)|you people|you lot|you guys are|play(?:ing)? games|messing me|jerk\w* me|running me",
        r"furious|fuming|livid|seething|angr\w+|rage|raging|enrag\w+|infuriat\w+|outraged|irate|mad(?= at| with|!|$| right now)|boiling|fed[- ]?up|(?:sick|tired)(?: and tired)? of|had (?:it|enough)|enough (?:is enough|of)|(?:lost|losing|lose|out of|no more|running out of|test\w* my|my) patience|patience(?: is| has)|at my wits? end|last straw|hate(?: you| this| your| it)?|frustrat\w+|annoy(?:ed|ing)|irritat(?:ed|ing)|exasperat\w+|(?:so|very|really|extremely|highly|beyond|deeply|absolutely|bitterly|most|utterly|super) (?:upset|disappointed|annoyed|unhappy|mad|dissatisfied|disappointing)|never (?:again|ordering|buying|shopping|order|buy|shop|using|use)(?: \w+){0,4}|how many (?:more )?times|(?:\d+(?:th|rd|nd)|third|fourth|fifth|sixth|seventh|tenth|hundredth|umpteenth|millionth) time|(?:a )?(?:hundred|thousand|million) times|repeat(?:ing)? myself|same (?:\w+ )?(?:answer|reply|thing|bs|crap|question)s? (?:over|again|every)|stop (?:\w+ ){0,2}(?:giving|sending|repeating|copy|ignoring|lying|wasting)|answer me|ignor(?:ing|ed|e) (?:me|my)|(?:do not|don't|stop) treat\w*|not (?:an? )?(?:idiot|fool|stupid)",
        r"(?:refund|money|order|answer|reply|still|why|when|where|respond|waiting|days|weeks|please fix|again)[^\n]{0,40}[!?]{3,}(?=\W|$)",
    ),
    harmless=_any(
        r"(?:厨余|厨房|分类|可回收|小|大|车载|装)?垃圾(?:袋|桶|分类|箱|处理|篓|铲|车|架|筐|盒)|(?<!是)不是骗子(?=[ ,，。]|$)|(?:别|不|没有?|不要|不用)[一-龥]{0,1}(?:生气|来气|激动|着急|恶心|失望)|王八汤|(?:狗东西|狗屎)(?:放|袋|铲|夹|盆)|垃圾食品|傻瓜(?:相机|式|机)|混蛋[一-龥]{0,6}小说|破(?:洞|壁|冰|损)|死(?:海|党|机)|坑(?:位|距)|气垫|(?:笑|累|美|爱|馋|想|乐|帅|可爱|好看|好吃|漂亮)[一-龥]{0,2}(?:死|疯|哭|到疯|炸)了?|疯狂[一-龥]|太棒[^\n]{0,4}!+|你妈妈|老子(?:的?道德|庄子)|霸王(?:茶|龙|花|防|洗)|良心(?:店|卖家|商家|价|推荐)|流氓兔|恶心想吐|地狱|小丑|愤怒的小鸟|人品好|凭什么证|全家(?:福|桶|人|都|一起|便利|老)|蠢萌|妈妈|奶妈|他妈妈|玛丽|高级黑",
        r"\b(?:not|isn't|no longer|never|don't be|won't)(?: \w+)? (?:angry|mad|upset|annoyed|furious|frustrat\w+|stupid|rude|lying|a scam\w*|fraud\w*|bad|terrible)\b|\b(?:holy|no) (?:crap|shit|hell)[^\n]{0,30}(?:gorgeous|nice|love|good|great|amazing|beautiful|fast)|(?:damn|freaking|bloody|fucking|effing|so damn|insanely|ridiculously|fuckin) (?:good|great|nice|fine|amazing|love\w*|brilliant|beautiful|gorgeous|awesome|perfect|comfy|cute|mary|fast)|(?:stupid|dumb|silly|ignorant|rude) (?:question|q|of me|me|mistake|to ask)|hell ?(?:boy|o kitty|sing|fire)|(?:garbage|trash|rubbish|junk) ?(?:bags?|cans?|bins?|trucks?|lids?|chute|journal|drawer|compact\w*)|wt[fh] is an? |(?:idiot|dummie|fool)s?'?s? guide|(?:joke|jokes) ?(?:book|gift|mug|box|shop)|(?:dad|practical|inside|bad|just|lol) jok\w+|just joking|(?:thief|thieves) (?:game|ps\d|hat|costume|edition|level)|liar liar|clown (?:nose|fish|wig|costume|shoes|suit|makeup)|crap(?:s)? (?:game|table)|what a shame|(?:it's a|it is a|a|real|big) shame|shame (?:i|that|it|we|about)|hate to (?:bother|ask|be)|disaster (?:recovery|movie)|nightmare before|circus (?:toy|tent|theme|costume)|rage room|mad ?(?:max|hatter)|trash pand\w+|hot mess|fool ?proof|cheat(?:s)? ?(?:code|sheet|day|meal)|dumb ?(?:bell|phone)\w*|lazy (?:susan|boy|day|sunday)\w*|pathetic \w+ mini|jokers? (?:costume|mask|poster|card|figure|suit)|clockwork|shock(?:ing)? pink|love it|(?:thanks?|thank you|amazing|perfect|great|beautiful|excited)[^\n]{0,8}!+",
    ),
)

# --- frailty: age, illness, disability, childhood, bereavement, want --------------------------------------------
_KIN = r"老公|老婆|老伴|爱人|丈夫|妻子|媳妇|爸爸?|妈妈?|父亲|母亲|爷爷|奶奶|外婆|外公|姥姥|姥爷|孩子|儿子|女儿|闺女|家人|先生|太太|他|她"
_DEAR = r"(?:husband|wife|spouse|partner|mum|mom|mam|mother|dad|father|son|daughter|brother|sister|nan|nanna?|gran\w*|uncle|aunt\w*|baby|parents?|he|she|hubby)"
_ILL = r"(?:blind|deaf|disabled|paraly[sz]ed|autistic|dyslexic|bed ?(?:bound|ridden)|house ?bound|handicapped|bipolar|epileptic|illiterate|immobile|frail|crippled|pregnant|homeless|unemployed|elderly|retired|infirm|widowed|mute|bereaved|grieving|depressed|suicidal|amputee|terminally ill|very ill|seriously ill|poorly|vulnerable)"
_AGE = r"(?:[6-9]\d|1[01]\d|(?:sixty|seventy|eighty|ninety)(?:[- ]\w+)?)"
_VULNERABLE = _Signal(
    zh=_any(
        r"(?:今年|我都|已经|年过|虚岁|都快|我快)(?:[6-9]\d|[六七八九]十[一二三四五六七八九]?)(?![款后年码元块折%.\d])|(?:我|俺|妈|爸|人|他|她|爷爷|奶奶|外[公婆]|婆婆|岁数|老[一-龥])(?:也|今年|都|已经|快|有)*(?:[6-9]\d|[六七八九]十[一二三四五六七八九]?)[好几来多]{0,2}了|(?<![\d.])(?:[6-9]\d|1[01]\d|[六七八九]十)(?:[一二三四五六七八九好几来多])?(?:多|几)?(?:周?岁|高龄|的人|老人|老太|老头|岁的)(?!折|块)|岁数|(?:上了?|一把|大|高|这)年纪|年纪(?:大|高|这么)|年迈|高龄|老(?:头|太|奶奶|汉|婆婆|大爷|人家?|年人|眼昏|糊涂|花眼|骨头)|(?:我|俺|人)[都也]?老(?:了|啦)|退休(?!纪念|礼|服)|(?:爷爷|奶奶|阿婆|阿公|阿姨|大妈|大爷|阿嫲|大娘)我|我(?:是)?[一个位]{0,2}(?:爷爷|奶奶|阿婆|阿公|大妈|大爷|大娘|农村)",
        r"(?:不|唔|不太|不怎么|搞不|弄不|玩不)(?:太|怎么|大)?(?:会|懂|识|明白|转|来|晓得)[一-龥]{0,3}(?:用|弄|玩|手机|智能|网|电脑|打字|拼音|写字|认字|科技|高科技|这些|这个)|不会(?:弄|打字|拍照上传)|不懂(?:手机|智能|网|电脑|这些|这个)|[啥什][么]?也不(?:懂|会)|[啥什]么?都不(?:懂|会)|[搞弄]不[明清](?:白|楚)?|弄不来|教教我|慢[点慢]说|一步一步教|说慢|第一次(?:网购|上网|用(?:手机|网|智能|这个(?:app|软件|平台)))|不识字|不认(?:识)?字|没文化|文盲|没(?:上过|读过)[一-龥]?(?:学|书)|字太小|看不清(?:字|屏幕|手机)",
        r"盲人|失明|视[力障]|[眼][睛]?(?:[一-龥]?看不[见清]|瞎|花|不好|不行|不方便|不大好|坏)|读屏|聋|听障|耳(?:朵)?(?:背|不好|听不)|(?:我|老[一-龥]|妈|爸)(?:也|都|又|是|现在)?听不(?:见|清)(?!娃|对方)|听力|哑(?:人|巴)|残[疾障]|(?:坐|靠|在)着?轮椅|轮椅上|瘫|[耳眼手脚腿腰][朵睛指]?(?:都|也)?不(?:好使|灵|利索|方便|中用|听使唤)|打字慢|反应慢|(?<![桌椅凳子床架车])[腿手脚骨](?!架)[一-龥]?(?:断了|折了|骨折)|躺(?:在)?床上|腿脚|行动不便|走不[了动]|下不了[楼床]|出不了门|[出下]不[去来]门|卧床|假肢|手(?:[一-龥]?不能动|抖|残)|帕金森|中风|脑梗|脑溢血|脑瘫|痴呆|阿尔茨|自闭|智力障|精神(?:病|分裂|残|障碍)|抑郁症|[有重]度?抑郁|焦虑症|躁郁|[癌]|肿瘤|[化放]疗|透析|尿毒|重病|大病|绝症|病重|生病(?!毒)|身患|患有|患者|精神疾病|刚?出院|身子?体?(?:虚|弱)|身体(?:不好|不便|不行)|手术|术后|住院|没力气",
        r"记性|忘性|老?糊涂|脑子不(?:好使|灵|行|够)|独居|孤寡|空巢|留守|[儿子]女(?:都)?不在|(?:孩子|闺女|儿子)(?:们)?(?:都)?(?:不在|在外)|没人(?:帮|照顾)|我(?:是)?孕妇|怀孕(?:[\d一二三四五六七八九十]|[一-龥]{0,3}(?:个月|周)|了)|我(?:现在)?怀孕|孕晚期|大着?肚子|坐月子|哺乳|低保|失业|没工作|救命钱|饭钱|生活费|没钱(?:吃饭|看病|交|买)|吃不[上起]饭|揭不开锅|贫困|单亲|最后[一-龥]{0,3}钱",
        rf"(?:{_KIN})[一-龥]{{0,3}}(?<![带拉拿取寄提搬收送运])(?:走了|刚走|去世|过世|没了|不在了|离世|病逝|离开了)|去世|过世|病逝|遗物|丧事|办丧|[守]寡",
        r"(?:我|俺|人家|才|只有|还没|未满|不到)(?:今年|才|只有|刚|刚满|现在|还|是|都)?(?:[5-9]|1[0-7]|[七八九]|十[一二三四五六七]?)周?岁|(?:我|在|上|读)[一-龥]{0,3}(?:小学|初中|[一二三四五六]年级|初[一二三])|我(?:还)?是(?:小学生|初中生|高中生|未成年|学生|小孩|小朋友)|未成年|家长(?:不|没|都不)|爸妈不知道|瞒着(?:爸|妈|家)|(?:孩子|小孩|娃|儿子|女儿|孙子|孙女|宝宝)[一-龥\d ,]{0,7}(?:偷|乱|误|瞎|自己|拿)[一-龥]{0,8}(?:买|下单|付|点|拍|充|手机)|偷[拿用][一-龥]{0,6}(?:手机|付|买)|用[我妈爸][妈爸]?的?(?:手机|账号|微信)(?:买|下|付)",
    ),
    en=_words(
        rf"(?:i'm|i am|am|aged?|at|she's|he's|(?:she|he|dad|mum|mom|mother|father|gran\w*|nan|wife|husband|who) is|nearly|almost|turn(?:ed|ing)|now|we are|both)(?: \w+){{0,2}} {_AGE}(?! ?(?:[%$£€.:]|kg|cms?|lbs?|inch|usd|mm|gb|days|hours|mins?|minutes|dollars|rs|euros?|pounds|percent|items?|orders?|quid))|{_AGE}[- ]?(?:\w+[- ])?(?:years?|yrs?|y/?o)(?:[- ]?(?:old|young|of age))?|at my age|not (?:so |as |very |that |exactly )?young|old (?:lady|man|woman|couple|age|folks?|person|people|pensioner|chap|granny|fella|timer|gentleman)|(?:i'm|i am|too|getting|very|quite|so|bit) old(?! (?:enough|fashioned|customer|version|school))|elderly|pensioners?|senior citizens?|retired",
        rf"(?:my |our )?(?:elderly|disabled|old|aged|frail) (?:\w+ )?{_DEAR}|my (?:\w+ )?(?:grandmother|grandfather|grandma|grandpa|granny|gran|nan|nana)|(?:grandma|grandpa|granny|nan|old man|old lady) here|(?:grandson|granddaughter|daughter|son|carer|nephew|niece|neighbou?r|helper|grandkids?)(?: \w+)? (?:set|sets|helps?|helped|is helping|is typing|is writing|writes?|typing|types|does it|reads)|not (?:\w+ ){{0,2}}(?:good|great|clever|comfortable|familiar|confident|used) (?:with|at|to|on|using)(?: \w+)? (?:computers?|phones?|technology|internet|tech|apps?|online|these|smart\w*|gadgets)|(?:not|no|isn't|never)(?: \w+){{0,2}} tech[- ]?(?:savvy|minded|person|literate|y)|technophobe|computer illiterate|all thumbs|hopeless with|(?:don't|do not|can't|never|not) (?:really |even )?(?:understand|know|get|work|learned)(?: \w+){{0,4}} (?:computers?|phones?|technology|the internet|internet|apps?|online|smart ?phones?|any of this|internet things|these things|all this|gadgets)|first time(?: \w+)? (?:online|buying online|using)|step by step|(?:explain|speak|go|talk|tell me|type|say)(?: \w+){{0,2}} (?:slow\w*|simpl\w+|more simply)|(?:i'm|i am|am|very|so|really|totally|getting|completely|quite|all|get) (?:confused|bewildered|muddled|mixed up|lost here)(?! (?:about|by|on|between|with|over) (?:the |your )?(?:sizes?|sizing|colou?rs?|models?|options?))|get muddled",
        rf"(?:i'm|i am|am|being|as an?|registered|is|was|she's|he's|we're|are|partially|severely|mentally|physically|profoundly|legally)(?: \w+){{0,3}} {_ILL}|{_ILL} (?:person|man|woman|lady|customer|user|and)|house ?bound|bed ?(?:ridden|bound)|paraly[sz]\w+|(?:a|my|use|using|in|on|the) wheelchair(?! (?:cushion|ramp|tyre|tire|cover|bag))|wheelchair[- ](?:user|bound)|dementia|alzheimer\w*|parkinson\w*|autis\w+|asperger\w*|dyslexi\w*|cerebral palsy|down'?s syndrome|multiple sclerosis|epilep\w+|learning (?:difficult|disab)\w*|special needs|mental(?:ly)? (?:ill\w*|health|disab\w*|challenged|handicap\w*|unwell)|ptsd|(?:severe|bad|crippling|chronic|terrible|from|have|has|my|with) (?:\w+ )?(?:anxiety|depression|panic|chronic pain|fatigue|arthritis|illness|disability)(?! ring)|panic attacks?|schizo\w*|arthritis|(?:had|has|having|after|suffered|from|recent|since)(?: \w+){{0,2}} stroke",
        r"(?:struggl\w+|difficulty|trouble|problems?) (?:with |in |to )?(?:reading|writing|typing|walking|hearing|seeing|understanding|read|hear|see|walk|type|write)|(?:read|type) (?:very )?slow\w*|slow (?:typer|typist|reader|at \w+)|one finger|bear with me|macular|visually impaired|partially sighted|eyesight|(?:poor|low|no|little) (?:sight|vision)|(?:bad|failing|weak) (?:eyes|sight|vision|hearing|memory)|(?:can't|cannot|can not|hardly|barely|unable to|struggle to|not able to) (?:walk|hear|lift|stand|stand up|leave (?:the|my) (?:house|home|bed)|get out|go out|go outside|get to the|use my hands?|(?:read|see|write|type|speak)(?: \w+)? (?:well|properly|much|clearly|fast|anymore|english)|see the (?:screen|letters|text|buttons?))|hearing (?:impaired|loss|problems?)|hard of hearing|screen ?reader|braille|sign language|carers?|care ?giver|caretaker|(?:care|nursing) home|hospice|chemo\w*|(?:have|has|had|with|got|from|my|lung|breast|bowel|terminal|stage \w+|fighting|battling|beat|the) cancer|cancer (?:patient|treatment|diagnosis)|dialysis|terminal\w*|tumou?r|(?:had|having|after|recover\w*|from|heart|awaiting|my|major)(?: \w+){0,2} (?:surgery|operation|transplant|heart attack)|heart (?:condition|failure|attack|surgery)|in hospital|memory (?:loss|problems?|issues?|is)|forget(?:ful| things| everything| what i(?! said))|(?:\d+|\w+) (?:months?|weeks?) pregnant|crutches",
        rf"{_DEAR}(?: (?:just|has|had|sadly|recently|suddenly|who)){{0,2}} (?:passed|died|dead|is gone|is no more|expired)(?! (?:it|me|on to|the))|(?:lost|losing|burying|buried) (?:my|our|her|his) (?:\w+ )?{_DEAR}|widow\w*|bereave\w*|funerals?|grie(?:f|ving)|passed away|(?:late|deceased) {_DEAR}|deceased|miscarr\w*|last(?: \w+){{0,2}} (?:money|pennies|penny|pounds|dollars|cash|savings)|(?:can't|cannot) afford (?:food|rent|to eat|to lose|to live|another)|no money (?:left|for (?:food|rent|medicine|bills|anything|my \w+))|(?:food|rent|grocery|medicine|feed my) (?:money|kids|family)|on (?:benefits|welfare|disability)|social security|universal credit|homeless|lost my job|unemployed|laid off|food ?bank|starving|single (?:mum|mom|mother|parent|dad|father)|liv(?:e|ing) (?:on my own|alone|by myself)|all alone|alone and|and alone|(?:nobody|no one|no body)(?: \w+){{0,2}} (?:to help|help me|can help)|children (?:are )?abroad",
        r"i'm (?:only|just|still) (?:[6-9]|1[0-7])(?! ?(?:ft|foot|cm|kg|lbs|%|days|mins|minutes|hours|weeks))|(?:don't|not) tell my (?:mum|mom|dad|parents)|i'm (?:only |just |still )?(?:[6-9]|1[0-7])(?: ?(?:years?|yrs?|y/?o)(?: old)?)?(?= and|,|\.|!|\?|$| so| can| but| i| my| years| yrs| yo| with| using)|(?:my )?(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[- ]?(?:years?|yrs?)[- ]?old(?: \w+){0,3} (?:bought|ordered|used|purchased|placed|got hold|took|pressed|clicked)|my (?:kids?|child|toddler|little one|grand(?:son|child|daughter))(?: \w+){0,3} (?:bought|ordered|used|purchased|placed|took|pressed|clicked)|my (?:son|daughter) (?:bought|used|ordered (?:it |this |them )?(?:without|by|on my|using))|without my (?:permission|knowledge|knowing|consent)|(?:mum|mom|dad|mother|father|parent)'?s'? (?:\w+ )?(?:card|phone|account|credit)|parents?(?: \w+)? (?:don't|didn't|doesn't|do not|did not|never) know|under ?age|(?:am|i'm|is|was|being|still|only) a minor(?! \w*(?:scratch|issue|problem|delay|defect|fault|thing|damage|dent|mark))|under (?:18|16|eighteen)|school ?(?:kid|boy|girl)",
    ),
    harmless=_any(
        r"(?:适合|适用|给|送|帮|为)(?:我)?[一-龥\d]{0,6}(?:老人家?|老年人|孕妇|爷爷|奶奶|未成年|岁|老头|老太太?|残疾人|盲人)|(?:老人家?|老年人|孕妇|怀孕|哺乳期?|未成年)[一-龥]{0,4}(?:能|可以|可不可以|适不适合|用吗|穿)|老人(?:机|手机|鞋|款|扶手|椅|服|味)|家里?有孕妇|给[一-龥]{1,4}买[^\n]{0,10}?岁了?|岁了?[一-龥]{0,2}(?:穿|适合|戴|玩)|(?:[6-9]\d|[六七八九]十)[一-龥]{0,2}了?[^\n]{0,8}(?:适合|合适)|盲人(?:按摩|表|手表|杖)|老花镜|孕妇(?:枕|装|裤|照|奶|霜|内|服|款)|(?:老人头|老头乐|老头衫|老太太款)|手术(?:刀|服|衣|帽|包)|退休(?:纪念|礼物|礼品)|自闭症?日|抑郁[一-龥]{0,4}的?书|听力(?:题|考试|训练|材料)|痴呆表情|[一-龥]{0,2}(?:打|[六七八九]\.?)折|癌症险|看不[清懂](?:尺|图|说明)|印[一-龥]{0,3}看不清字?|手抖了?[^\n]{0,3}(?:多|点|买|拍)|会不?会?(?:影响|扣)[一-龥]{0,3}信用|(?:女儿|儿子|闺女|孩子|娃)[一-龥]{0,3}[一二三四五六]年级|老人家?(?:用(?!不)|喜欢|天天|看着高兴|吃不惯|牙口|提不动)|打骨折",
        r"\b(?:for|suitable for|gift for|present for|good for|safe for|suit) (?:an? |the |my |our |his |her |your )?(?:\w+ )?(?:\d+ (?:years?|yrs?|yo)[- ]?(?:old)? ?)?(?:\w+ )?(?:elderly|disabled|pregnant|seniors?|old (?:people|man|lady|dad|mum|mom)|grand\w+|nan|gran|dad|mum|mom|mother|father|boy|girl|year old|blind|deaf|wheelchair)\b|\b(?:for|size) (?:an? |my |our )?(?:\d+|\w+)[- ]?(?:years?|yrs?)[- ]?old\w*|elderly[- ]friendly|old (?:lady|man) (?:perfume|smell|style|costume|mask|cap|logan)|\beither i'm (?:blind|deaf|stupid)|\b(?:minor|blind) (?:spot|scratch|issue|problem|delay)\w*|cancer (?:zodiac|sign|necklace|charm)|window blinds|retired (?:set|lego|model)|grand\w+ (?:loves?|loved|likes?|clock|piano)|blind ?(?:box|bag|fold)\w*|(?:deaf|autism|cancer|alzheimer's) awareness|i am \d+ ?(?:cm|kg|ft|'|\"|lbs?)|gift wrap|(?:cancel\w*|chang\w*|took|charged|renew\w*|sign\w*)[^.\n]{0,20}without my (?:consent|permission|knowledge)",
    ),
)

_SIGNALS = {
    "safety": _SAFETY,
    "scam": _SCAM,
    "legal_threat": _LEGAL,
    "extortion": _EXTORTION,
    "anger": _ANGER,
    "vulnerable": _VULNERABLE,
}


def signals(text: str) -> frozenset[str]:
    """Any of human, safety, scam, legal_threat, extortion, anger, vulnerable. Never raises."""
    plain = _plain(text)
    if not plain.strip():
        return frozenset()
    # Digits and pictures stand in either language.
    english = _LATIN.search(plain) is not None
    chinese = has_chinese(plain) or not english
    found = {name for name, signal in _SIGNALS.items() if signal.in_text(plain, chinese, english)}
    if _asks_for_a_person(plain):
        found.add("human")
    return frozenset(found)


def _asks_for_a_person(plain: str) -> bool:
    clauses = [c.strip(" \t'\"#*-") for c in re.split(r"[\n,.!?;，。！？；、~～]+", plain)]
    if any(c and _HUMAN_WHOLE.fullmatch(c) for c in clauses):
        return True
    return bool(_HUMAN.search(_NOT_HUMAN.sub(" ", plain)))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", cut(text)).lower().translate(_APOSTROPHES)
    text = _FLOOD.sub(r"\1\1\1\1", text) if len(text) > 120 else text
    text = _SHORTENED.sub(lambda m: _SHORT[m[0]], text)
    if has_chinese(text):
        text = to_simplified(text)
        # "人 工" and "转 人 工" are typed to get past filters of other bots.
        text = re.sub(
            r"(?<=[一-龥])[ \t]+(?=[一-龥](?:[ \t]|$))|(?<=(?<=\s)[一-龥])[ \t]+(?=[一-龥])", "", text
        )
    return text
