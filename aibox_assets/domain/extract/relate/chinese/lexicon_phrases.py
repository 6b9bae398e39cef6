"""Chinese phrases that relate names, for :mod:`~aibox_assets.domain.extract.relate.chinese.phrases`: h and t are head
and tail; P, O, L and E a person, an organization, a place and an event, N one of the first two.
"""

from __future__ import annotations

from typing import Final

_ON: Final = "(?:~8[年月日]|同日|同时|随后|职务|职位|遗缺|一职|并|改|转)?"
_TAKES: Final = "(?:接任|接棒|继任|接替|接手|接班|接掌|继位|即位)"
_GOES: Final = "(?:卸任|离任|离职|辞职|辞任|请辞|去职|下台|退位)"
_AWAY: Final = "(?:离职|辞职|出走|跳槽|转投|转会|转往|退休|离任|退役)"
_JOINED: Final = "(?:创立|创办|创建|任教于|任职于|就职于|供职于|效力于|加入|加盟|转赴)"
_DEALS: Final = "(?:供[电气料釉油]|供货|供应|供料|代工|供给)"
_CLIENTS: Final = "(?:的|主要|核心|重要|海外|最大|前[三五十]大|的|第一个?|大)*客户"
_WARES: Final = (
    "(?:零部件|零件|部件|配件|组件|芯片|晶片|电池|电芯|材料|原料|设备|模组|面板|钢材|变速箱|发动机|镜头|叶片|主控|晶圆|膜丝|"
    "屏幕|试剂|机组|相机|麦芽)"
)
_GOODS: Final = "(?!~8(?:业务|股|资产|权|厂|部门|地|楼|公司))~8"
_OPENS: Final = "(?:举行|举办|召开|开幕|闭幕|落幕|揭幕|登场|开打|打完|展出|上演|开赛|收官)"
_HOLDS: Final = "(?:主办|举办|承办|协办|合办|筹办|举行|召开|发起)"
_BEATS: Final = (
    "(?:力克|击败|战胜|轻取|不敌|负于|输给|败给|败于|"
    "淘汰|横扫|险胜|完胜|大胜|对阵|迎战|逆转|战平|击溃|打败|惜败于?)"
)
_STAGE: Final = (
    "(?:[男女混]?[单双子团]*(?:决赛|半决赛|首轮|次轮|[一二三四五]轮|八强|四强|资格赛)?(?:上|中|期间)?)"
)
_ATTENDS: Final = "(?:出席|参加|致[词辞]|主礼|剪彩|与会|到场|观礼|揭幕|敲锣|敲鼓)"
_WINS: Final = "(?:获得|荣获|获颁|夺得|赢得|摘得|捧得|捧起|拿下|夺下|获|夺)"
_FIRST: Final = "(?:冠军|金牌|[男女混][单双](?:冠军|金牌)|头名|第一)"
_EVENTS: Final = (
    ("HELD_IN", f"hE[^。；！？\n]{{0,20}}?[于在]L?tL~8{_OPENS}"),
    ("HELD_IN", f"[在于]L?tL~4{_OPENS}的~6hE"),
    ("HELD_IN", f"[在于]L?tL~4{_HOLDS}了?hE"),
    ("HELD_IN", "hE~6移师L?tL"),
    ("HELD_IN", "hE≈30[，,]地点就?[在为是：设]L?tL"),
    ("ORGANIZES", "hL是tE的(?:主办国|主办地|主办城市|东道主|承办国)"),
    ("ORGANIZES", "tE的(?:主办国|主办城市|东道主|承办国)(?:是|为)hL"),
    ("ORGANIZES", "tE≈20[，,](?:独家|冠名|总)*(?:赞助|承办|主办|协办)[方商]?(?:是|为)hO"),
    (
        "PARTICIPATED_IN",
        "(?:参展|参加|出席|亮相|参赛|参与)tE的~4(?:企业|公司|厂商|机构|球队|队伍|选手|嘉宾|车企|品牌)~3[有括为](?:来自L的)?hN",
    ),
    ("HELD_IN", "[PO]~4(?:在|赴)L?tL~2(?:出席|参加)了?hE"),
    ("ORGANIZES", f"tE~8由hN~6{_HOLDS}"),
    ("ORGANIZES", f"tE~8由hL{_HOLDS}"),
    ("ORGANIZES", f"hO(?:在L)?~4{_HOLDS}的~4tE"),
    ("ORGANIZES", f"hO~4在L~2{_HOLDS}了?tE"),
    ("ORGANIZES", "tE≈40(?:主办|承办|协办)(?:单位|方|机构)?(?:是|为|：|:)?hO"),
    ("ORGANIZES", "tE≈20[，,](?:主办|承办|协办)~4的(?:是|为)hO"),
    ("ORGANIZES", "hN是tE的(?:发起人|创办人|主办人|主办方|主办单位)"),
    ("PARTICIPATED_IN", f"hN在tE{_STAGE}~8{_BEATS}"),
    ("PARTICIPATED_IN", f"N在tE{_STAGE}~8{_BEATS}了?(?:L的?)?hN"),
    ("PARTICIPATED_IN", "hN~6(?:完成|跑完|闯进|打进|晋级|角逐|入选)了?tE"),
    ("PARTICIPATED_IN", "(?:出席|参加|参与)过?tE的~8hP"),
    ("PARTICIPATED_IN", "(?:出席|参加|参与)过?tE的O~8hP"),
    ("PARTICIPATED_IN", "hP~4代表[LO]~4(?:参加|出战|参与|出征)tE"),
    ("PARTICIPATED_IN", f"tE…30{_OPENS}~2[，,]≈24hP~6{_ATTENDS}"),
    ("PARTICIPATED_IN", "hP同?为(?:L的?)?tE~4(?:剪彩|揭幕|敲锣|开幕)"),
    ("PARTICIPATED_IN", "hN~4(?:在|代表L)?~4(?:拿下|夺得|获得|摘得|赢得)tE~4(?:[银铜]牌|亚军|季军)"),
    ("WON", f"{_WINS}了?tE的~12hP(?!的)"),
    ("WON", "tE(?:奖章|得主|冠军|金牌得主|影后|影帝)hP"),
    ("WON", "hP(?:≈20[，,])?~4是~6tE(?:得主|冠军)"),
    ("WON", f"hN(?:≈24[，,])?~12(?:夺得|赢得|摘得|拿下|首夺|夺下)了?tE~4{_FIRST}"),
)
_USES: Final = "(?:用上|用的?是|采用|改用|换用|选用|换成|搭载)"
_TRADE: Final = (
    ("SUPPLIES", f"tO的~6{_WARES}~2(?:来自|购自|采购自)hO"),
    ("SUPPLIES", "hO的L?~4厂供应tO(?!的)"),
    ("SUPPLIES", "hO(?:≈16[，,]~4)?的~12供tO(?:采用|使用|制作)"),
    ("SUPPLIES", f"tO(?:的~8)?~4{_USES}了?(?:L的?)?hO的"),
    ("SUPPLIES", "hO[与和]tO~8签(?:订|署|有|下|了)~14(?:供应|供货)(?:合同|协议|合约)"),
    ("SUPPLIES", "(?:供方|卖方|供货方)[：:]?~2hO…30(?:需方|买方|采购方)[：:]?tO"),
    ("SUPPLIES", "招标人[：:]tO…20中标人[：:]hO"),
    ("SUPPLIES", "tO的~10由hO~2(?:制造|承造|生产|供货|供应)"),
    ("SUPPLIES", "hO~6[给替为]tO~2(?:做|定制|制造|生产)"),
    ("SUPPLIES", "tO[把将]~12交给hO~2(?:代工|生产|制造)"),
    ("SUPPLIES", "hO的~12交付给?了?tO"),
)
_CAREERS: Final = (
    ("LEFT", "hP~2不再担任~4tO"),
    ("LEFT", f"tO~4公告[：:，,]hP~8(?:辞去|{_GOES})"),
    ("LEFT", f"[从自]tO{_AWAY}之?后?[，,]~2hP"),
    ("LEFT", "hP离开[^，。；]{0,10}?的tO"),
    ("LEFT", "挖走了?tO的~8hP"),
    ("LEFT", "hP~2放弃了?在tO的~4职"),
    ("LEFT", f"在tO~2(?:工作|任职|效力|服务|供职|任教|执教)了?~8的hP(?:离开|{_AWAY}|{_GOES})"),
    ("LEADS", "(?<![由被P])(?:执掌|掌管|掌舵|主政|统领|治理|统治)tO(?:~10年)?~2的hP"),
    ("LEADS", "(?<![由被P])(?:执掌|主政|统治|治理)tL(?:~10年)?~2的hP"),
    (
        "WORKS_FOR",
        "(?<![受被由应经随])hP~10[于在]tO~4(?:兼课|授课|代课|教书|执教|讲学|当~2(?:老师|教授|记者|工程师))(?!的)",
    ),
    (
        "WORKS_FOR",
        "(?<![受被由应经随])hP(?:≈16[，,])?~4(?:转|改|再|又)?(?:赴|到|去|入|进)tO~4(?:任职|任教|就职|供职|执教|工作)(?!组|会)",
    ),
    ("SUCCEEDED", "hP~10接替~8的tP"),
    ("SUCCEEDED", "由tP(?:变更|更换|换成|改)为?hP"),
    ("SUCCEEDED", "tP[把将]~2(?:CEO|总裁|董事长|总经理|公司|店|铺面)~4(?:交|传|让|转)给了?~4hP"),
    (
        "SUCCEEDED",
        f"tP≈30[，,]其?(?:遗缺|职务|职位|一职)~2由~10hP~2(?:升任|调补|递补|接手|代理|暂代|{_TAKES})",
    ),
    ("SUCCEEDED", f"tP≈16(?:退休|{_GOES})≈8[，,](?:接任者|继任者|接手的|接班的|接棒的)[为是]~14hP"),
    ("SUCCEEDED", "tP≈20[，,]hP接替了?[他她](?=[，。；])"),
    ("SUCCEEDED", f"tP~6(?:退休|{_GOES})~4[，,]hP~2{_TAKES}"),
    (
        "SUCCEEDED",
        "(?:任命|聘任|推举|委任)hP(?:先生|女士|同志)?~2(?:为|任|担任|出任)≈16[，,]原任?~6tP"
        "~8(?:转任|另有任用|退休|调|不再|卸任|离任|辞)",
    ),
)
_SLAIN: Final = "(?:杀害|杀死|杀|枪杀|刺死|刺杀|毒杀|毒死|勒死|缢杀|击毙|砍死|打死|射杀|处死|炸死|斩杀)"
_DIES: Final = "(?:遇刺|遇害|被杀|被害|身亡|枪杀|遭枪击)"
_DEATHS: Final = (
    ("KILLED", f"hP(?:~16[，,])?~8[将把]~10tP~4{_SLAIN}"),
    ("KILLED", f"tP~16[被遭为](?:L的?)?~4hP~2所?{_SLAIN}"),
    ("KILLED", "tP~8死[于在]~10hP(?:之手|手[上里中下]|的?(?:枪|刀|剑|乱|毒手)~2下?)"),
    ("KILLED", f"tP(?:夫妇)?(?:在~2L)?~6{_DIES}~4[，,]~2[凶行][手嫌徒]~4hP"),
)
_RIVALS: Final = (
    ("COMPETES_WITH", "hO~4[将把]tO~2(?:视为|视作|当作|当成|看作|看成|列为)~6(?:对手|劲敌)"),
    ("COMPETES_WITH", "hO~4(?:直接|主要|最大|头号)*(?:对标|叫板|对垒)tO"),
)
WRITTEN: Final = (
    *_EVENTS,
    *_DEATHS,
    *_RIVALS,
    *_TRADE,
    *_CAREERS,
    (
        "SUCCEEDED",
        f"tP≈40(?:{_GOES}|辞去|退休|病|逝|调|曾任|不再|转任|升任|免去)≈16[，,]{_ON}由hP~4{_TAKES}",
    ),
    ("SUCCEEDED", f"tP(?:死|去世|逝世|病逝|遇刺|驾崩|{_GOES})(?:身亡)?之?后[，,]hP~4{_TAKES}"),
    ("SUCCEEDED", "tP≈40[，,。]接替?[其他她]的?[班职]?的是L?~8hP"),
    ("SUCCEEDED", "tP~8(?:交棒|交班|传位|让位)[给予于与]hP"),
    ("SUCCEEDED", "tP~8[把将]~8(?:位子|位置|职位|职务|帅印|大权|班|棒)(?:交|传|让|移交)给了?hP"),
    ("SUCCEEDED", "hP≈40从tP手[中里上]接"),
    ("SUCCEEDED", "hP≈40[，,]接替(?:~8的)?tP"),
    ("SUCCEEDED", f"tP的?(?:儿子|女儿|弟弟|妹妹|长子|次子|女婿|侄子)hP~2{_TAKES}"),
    ("SUCCEEDED", f"tP的?(?:职务|职位|位置|遗缺|工作)~2由hP~2(?:{_TAKES}|担任|出任|代理)"),
    ("SUCCEEDED", "由hP~2(?:接替|接任|取代|顶替)tP"),
    ("SUCCEEDED", "tP的继任者(?:是|为)?hP"),
    ("SUCCEEDED", "hP(?:是|为|作为)tP的继任者"),
    ("SUCCEEDED", "hP的前任(?:是|为)?tP"),
    ("LEFT", f"[从自]tO{_AWAY}的hP"),
    ("LEFT", "hP~8[从自]tO~8(?:退休|卸任|离任|离职)"),
    ("LEFT", "hP~6被tO~2(?:解雇|开除|解聘|辞退|免职)"),
    ("LEFT", "tO~4(?:解雇|开除|解聘|辞退)了?hP"),
    ("LEFT", f"hP(?:≈24[，,])?~8[从自]tO~2{_AWAY}"),
    ("LEFT", f"tO的?~2ThP~8{_GOES}"),
    ("LEFT", f"tO~6(?:公告|宣布|公布|证实)[，,]hP~8{_GOES}"),
    ("LEFT", f"tO~4的hP~4(?:辞去|{_GOES})"),
    ("LEFT", "tO的?ThP~8(?:转往|转投|转会|跳槽)"),
    ("LEFT", "hP~8(?:离开|退出|辞去)了?tO"),
    ("LEFT", f"hP{_GOES}后[，,]P~4(?:接掌|执掌|接管)tO"),
    ("LEFT", f"hP≈40{_JOINED}tO~4[，,]~10(?:辞去|{_GOES})"),
    ("ACCUSED", "原告~4hN[^。；！？\n]{0,12}?被告~8tN"),
    ("ACCUSED", "hN诉~4tN"),
    ("ACCUSED", "hN~6对tN~2(?:提起公?诉|提出(?:指控|控告)|的~6(?:诉讼请求|起诉|指控))"),
    ("ACCUSED", "hN~6[把将]tN(?:告上|诉至|诉诸)"),
    ("ACCUSED", "tN~4被hN(?:告上|诉至)"),
    ("ACCUSED", "hN~12(?:起诉|状告|控告|举报)了?tN"),
    ("REPRESENTS", "tN的(?:代理|辩护|委托)?律师hP"),
    ("SUPPORTED", "hN~4对tN~4表示了?(?:支持|赞赏|感谢|祝贺|声援)"),
    ("CRITICIZED", "hN~4对tN~2(?:予以|提出|进行|给予)了?(?:通报|公开|严厉|强烈)?(?:批评|谴责)"),
    ("SUPPLIES", f"hO(?:≈20[，,])?~6[向给替为]tO~6{_DEALS}(?!商|链)"),
    ("SUPPLIES", f"hO~6{_DEALS}给了?tO"),
    ("SUPPLIES", f"(?<!由)hO(?:≈20[，,](?:公司)?)?{_CLIENTS}~2(?:包括|有|是|为|涵盖)tO"),
    ("SUPPLIES", f"hO的{_CLIENTS}tO"),
    ("SUPPLIES", f"tO(?:便|也|就|都|均)?是hO{_CLIENTS}"),
    ("SUPPLIES", f"hO…30[，,]tO(?:都|均)?是[它其]{_CLIENTS}"),
    ("SUPPLIES", "hO(?:≈20[，,])?~8(?:是|成为|成了|做了|作为)tO的~4供应商"),
    ("SUPPLIES", f"hO(?:≈20[，,])?(?:的|把|将|产品){_GOODS}(?:卖|售|销|供应?|供货)给了?tO"),
    ("SUPPLIES", "tO~8与hO~6签约[，,]采购"),
    ("SUPPLIES", "tO≈24外包给了?hO"),
    ("SUPPLIES", "tO~8[从向]hO~4(?:采购|订购|购买|购入|进货)(?!~10的)"),
    ("SUPPLIES", f"hO~6[向给替为]tO~4提供了?~8{_WARES}"),
    ("SUPPLIES", "hO~12(?:进入|打入|跻身|加入)了?tO的?~4供应链"),
    ("SUPPLIES", "tO的?~6供应商(?:包括|有|是|为)hO"),
    ("SUPPLIES", "tO的~4供应商hO"),
    ("SUPPLIES", f"tO的~8由hO~4{_DEALS}"),
    ("WAS_IN", "hP~8(?:身|(?<![等个名数多一])人)在tL(?=[，,。])"),
    ("NEAR", "hL[离距]tL(?:不远|很近)"),
    ("NEAR", "hO[离距]tL(?:不远|很近)"),
    ("WAS_IN", "hP(?:当时|当天|正|都|同|也|仍|刚好|恰好)*在tL(?=[，,。])"),
    ("WAS_IN", "hP~8在tL(?:~2亮相|停留|逗留|转机|度假|露面|现身|扫墓|同场)"),
    ("WAS_IN", "记者hP~10[自在从]tL(?:报道|报导|电)"),
    ("NEAR", "[在于]hL[，,](?:紧邻|毗邻|邻近|靠近|紧靠)tL"),
)
# What no phrase of a relation is without, so that most sentences need not be searched for it.
WORDS: Final = {
    "SUCCEEDED": "接|继|更|换|改|原|遗缺|即位|[交传让]|取代|顶替|前任|职务|职位|位置|遗缺|工作",
    "LEFT": "离|辞|不再|挖|放弃|退|卸|出走|跳槽|转|去职|下台|解雇|开除|解聘|免职",
    "KILLED": "杀|死|毙|凶|遇害|遇刺",
    "COMPETES_WITH": "对手|劲敌|对标|叫板|对垒",
    "LEADS": "执掌|掌管|掌舵|主政|统|治理",
    "WORKS_FOR": "课|任|职|教|讲学|工作|当",
    "ACCUSED": "诉|告|控|举报",
    "REPRESENTS": "律师",
    "SUPPORTED": "支持|赞赏|感谢|祝贺|声援",
    "CRITICIZED": "批评|谴责",
    "SUPPLIES": "供|客户|卖|售|销|购|外包|进货|代工|来自|用|搭载|造|生产|做|定制|交|中标|换成",
    "WAS_IN": "在|记者",
    "NEAR": "离|距|邻|靠",
    "HELD_IN": "\ue003",
    "ORGANIZES": "\ue003",
    "PARTICIPATED_IN": "\ue003",
    "WON": "\ue003",
}
