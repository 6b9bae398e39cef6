"""Seventy Chinese sentences of companies, science, history, works, places, sport, law and technology, in both scripts,
some of which state nothing. They were written before the rules were read; of these halves, drawn by lot, the first was
read while the rules were mended, the second was measured once, after that.
"""

from __future__ import annotations

from aibox_assets_tests.domain.extract.gold import Gold

READ = (
    Gold("苹果公司起诉三星侵犯其专利。", ("苹果公司 | ACCUSED | 三星",)),
    Gold("大谷翔平加盟洛杉矶道奇队。", ("大谷翔平 | WORKS_FOR | 洛杉矶道奇队",)),
    Gold(
        "英偉達創辦人黃仁勳畢業於史丹佛大學。",
        (
            "黃仁勳 | FOUNDED | 英偉達",
            "黃仁勳 | HAS_ROLE | 創辦人",
            "黃仁勳 | STUDIED_AT | 史丹佛大學",
        ),
    ),
    Gold(
        "《解忧杂货店》（东野圭吾著）2014年在中国出版。",
        (
            "东野圭吾 | AUTHORED | 解忧杂货店",
            "解忧杂货店 | RELEASED_ON | 2014",
        ),
    ),
    Gold(
        "最高人民法院院长周强向大会作了报告。",
        (
            "周强 | LEADS | 最高人民法院",
            "周强 | HAS_ROLE | 院长",
        ),
    ),
    Gold(
        "村上春树毕业于早稻田大学，著有《挪威的森林》。",
        (
            "村上春树 | STUDIED_AT | 早稻田大学",
            "村上春树 | AUTHORED | 挪威的森林",
        ),
    ),
    Gold(
        "德國馬克斯普朗克研究所聘請了神經科學家王以政。",
        (
            "王以政 | WORKS_FOR | 馬克斯普朗克研究所",
            "王以政 | HAS_ROLE | 神經科學家",
        ),
    ),
    Gold(
        "乌克兰外交部发言人尼科连科谴责了俄罗斯的导弹袭击。",
        (
            "尼科连科 | WORKS_FOR | 乌克兰外交部",
            "尼科连科 | HAS_ROLE | 发言人",
            "尼科连科 | CRITICIZED | 俄罗斯",
        ),
    ),
    Gold("谷爱凌放弃了这场比赛。"),
    Gold(
        "孫中山1866年11月12日出生於香山縣，1925年病逝北京。",
        (
            "孫中山 | BORN_ON | 1866-11-12",
            "孫中山 | BORN_IN | 香山縣",
            "孫中山 | DIED_ON | 1925",
            "孫中山 | DIED_IN | 北京",
        ),
    ),
    Gold(
        "莫少平律師為被告黃志強辯護。",
        (
            "莫少平 | REPRESENTS | 黃志強",
            "莫少平 | HAS_ROLE | 律師",
        ),
    ),
    Gold(
        "德川家康于1603年建立江户幕府。",
        (
            "德川家康 | FOUNDED | 江户幕府",
            "江户幕府 | FOUNDED_ON | 1603",
        ),
    ),
    Gold("嘉義縣阿里山鄉以茶葉聞名。", ("阿里山鄉 | LOCATED_IN | 嘉義縣",)),
    Gold("冰岛首都雷克雅未克气候温和。", ("雷克雅未克 | LOCATED_IN | 冰岛",)),
    Gold(
        "菅义伟接替安倍晋三出任日本首相。",
        (
            "菅义伟 | SUCCEEDED | 安倍晋三",
            "菅义伟 | LEADS | 日本",
            "菅义伟 | HAS_ROLE | 首相",
        ),
    ),
    Gold("陈忠实的《白鹿原》曾被改编成电视剧。", ("陈忠实 | AUTHORED | 白鹿原",)),
    Gold(
        "瑞士洛桑是国际奥委会总部所在地。",
        (
            "国际奥委会 | HEADQUARTERED_IN | 洛桑",
            "洛桑 | LOCATED_IN | 瑞士",
        ),
    ),
    Gold(
        "袁隆平院士2021年5月22日在长沙逝世，享年91岁。",
        (
            "袁隆平 | HAS_ROLE | 院士",
            "袁隆平 | DIED_ON | 2021-05-22",
            "袁隆平 | DIED_IN | 长沙",
        ),
    ),
    Gold("有传闻称贝恩资本打算买下东芝存储，但双方均未证实。"),
    Gold(
        "歌曲《晴天》由周杰伦作词作曲并演唱。",
        (
            "周杰伦 | AUTHORED | 晴天",
            "周杰伦 | PERFORMED | 晴天",
        ),
    ),
    Gold("贝加尔湖坐落在西伯利亚南部。", ("贝加尔湖 | LOCATED_IN | 西伯利亚",)),
    Gold("报道称，亚马逊或将在年内裁员，但公司拒绝置评。"),
    Gold(
        "欧盟敦促塞尔维亚与科索沃恢复对话。",
        (
            "欧盟 | URGED | 塞尔维亚",
            "欧盟 | URGED | 科索沃",
        ),
    ),
    Gold(
        "谷歌旗下DeepMind推出了新一代模型Gemini。",
        (
            "DeepMind | SUBSIDIARY_OF | 谷歌",
            "DeepMind | PRODUCES | Gemini",
        ),
    ),
    Gold(
        "诺贝尔文学奖得主石黑一雄出生于长崎，五岁随父母移居英国。",
        (
            "石黑一雄 | BORN_IN | 长崎",
            "石黑一雄 | LIVES_IN | 英国",
        ),
    ),
    Gold(
        "欣旺达是华为和荣耀的电池供应商。",
        (
            "欣旺达 | SUPPLIES | 华为",
            "欣旺达 | SUPPLIES | 荣耀",
        ),
    ),
    Gold(
        "居里夫人的女儿伊雷娜·约里奥-居里也是一名化学家。",
        (
            "伊雷娜·约里奥-居里 | FAMILY_OF | 居里夫人",
            "伊雷娜·约里奥-居里 | HAS_ROLE | 化学家",
        ),
    ),
    Gold("中国工商银行的核心系统采用了OceanBase数据库。", ("中国工商银行 | USES | OceanBase",)),
    Gold("由王家卫执导、梁朝伟主演的《花样年华》在戛纳首映。", ("王家卫 | DIRECTED | 花样年华",)),
    Gold("科学家们尚未确定该病毒是否起源于武汉。"),
    Gold(
        "李遠哲是首位獲得諾貝爾化學獎的台灣人，1936年生於新竹。",
        (
            "李遠哲 | BORN_ON | 1936",
            "李遠哲 | BORN_IN | 新竹",
        ),
    ),
    Gold(
        "1865年，林肯遭约翰·布斯刺杀身亡。",
        (
            "约翰·布斯 | KILLED | 林肯",
            "林肯 | DIED_ON | 1865",
        ),
    ),
    Gold(
        "宮崎駿的動畫電影《龍貓》於1988年上映。",
        (
            "宮崎駿 | DIRECTED | 龍貓",
            "龍貓 | RELEASED_ON | 1988",
        ),
    ),
    Gold(
        "日本电产创始人永守重信出生于京都。",
        (
            "永守重信 | FOUNDED | 日本电产",
            "永守重信 | HAS_ROLE | 创始人",
            "永守重信 | BORN_IN | 京都",
        ),
    ),
    Gold("阿里巴巴达摩院研制出量子芯片“太章”。", ("阿里巴巴达摩院 | PRODUCES | 太章",)),
)

UNREAD = (
    Gold(
        "中科院院士施一公创办了西湖大学，并出任首任校长。",
        (
            "施一公 | MEMBER_OF | 中科院",
            "施一公 | HAS_ROLE | 院士",
            "施一公 | FOUNDED | 西湖大学",
            "施一公 | LEADS | 西湖大学",
            "施一公 | HAS_ROLE | 校长",
        ),
    ),
    Gold(
        "国务院任命罗文为国家市场监督管理总局局长。",
        (
            "国务院 | APPOINTED | 罗文",
            "罗文 | LEADS | 国家市场监督管理总局",
            "罗文 | HAS_ROLE | 局长",
        ),
    ),
    Gold(
        "药明康德联合创始人李革兼任公司首席执行官。",
        (
            "李革 | FOUNDED | 药明康德",
            "李革 | HAS_ROLE | 联合创始人",
            "李革 | LEADS | 药明康德",
            "李革 | HAS_ROLE | 首席执行官",
        ),
    ),
    Gold("现代牧业的控股股东蒙牛乳业昨日公布了年报。", ("现代牧业 | SUBSIDIARY_OF | 蒙牛乳业",)),
    Gold("导演李沧东没有执导过《寄生虫》。", ("李沧东 | HAS_ROLE | 导演",)),
    Gold(
        "寒武纪由陈天石、陈云霁兄弟于2016年创办，总部设于北京。",
        (
            "陈天石 | FOUNDED | 寒武纪",
            "陈云霁 | FOUNDED | 寒武纪",
            "寒武纪 | FOUNDED_ON | 2016",
            "寒武纪 | HEADQUARTERED_IN | 北京",
            "陈天石 | FAMILY_OF | 陈云霁",
        ),
    ),
    Gold("芬兰2023年正式成为北约成员国。", ("芬兰 | MEMBER_OF | 北约",)),
    Gold("若审批通过，紫光集团将入股西部数据。"),
    Gold(
        "日本外务大臣河野太郎周四飞抵曼谷。",
        (
            "河野太郎 | HAS_ROLE | 外务大臣",
            "河野太郎 | VISITED | 曼谷",
        ),
    ),
    Gold(
        "歐陽娜娜的父親歐陽龍也是演員。",
        (
            "歐陽龍 | FAMILY_OF | 歐陽娜娜",
            "歐陽龍 | HAS_ROLE | 演員",
        ),
    ),
    Gold(
        "主帅里皮率领广州恒大夺得亚冠联赛冠军。",
        (
            "里皮 | LEADS | 广州恒大",
            "里皮 | HAS_ROLE | 主帅",
            "广州恒大 | WON | 亚冠联赛",
        ),
    ),
    Gold(
        "赵薇和黄晓明是北京电影学院的同班同学。",
        (
            "赵薇 | STUDIED_AT | 北京电影学院",
            "黄晓明 | STUDIED_AT | 北京电影学院",
        ),
    ),
    Gold("李鴻章並未出席那場會議，也沒有在條約上簽字。"),
    Gold("哈尔滨是黑龙江省的省会。", ("哈尔滨 | LOCATED_IN | 黑龙江省",)),
    Gold(
        "台達電子旗下的泰達電在泰國設有工廠。",
        (
            "泰達電 | SUBSIDIARY_OF | 台達電子",
            "泰達電 | LOCATED_IN | 泰國",
        ),
    ),
    Gold(
        "清华大学副校长薛其坤调任南方科技大学校长。",
        (
            "薛其坤 | WORKS_FOR | 清华大学",
            "薛其坤 | HAS_ROLE | 副校长",
            "薛其坤 | LEADS | 南方科技大学",
            "薛其坤 | HAS_ROLE | 校长",
        ),
    ),
    Gold(
        "德國總理默克爾接見了到訪的法國總統馬克宏。",
        (
            "默克爾 | LEADS | 德國",
            "默克爾 | HAS_ROLE | 總理",
            "馬克宏 | LEADS | 法國",
            "馬克宏 | HAS_ROLE | 總統",
            "默克爾 | MET_WITH | 馬克宏",
        ),
    ),
    Gold("匈牙利尚未批准瑞典加入北约。"),
    Gold("张爱玲的长篇小说《半生缘》讲述了沈世钧与顾曼桢的爱情。", ("张爱玲 | AUTHORED | 半生缘",)),
    Gold("高瓴资本参与了蔚来的首轮融资。", ("高瓴资本 | INVESTED_IN | 蔚来",)),
    Gold("監管部門叫停了美的對庫卡的收購。"),
    Gold(
        "诸葛亮之子诸葛瞻在绵竹战死。",
        (
            "诸葛瞻 | FAMILY_OF | 诸葛亮",
            "诸葛瞻 | DIED_IN | 绵竹",
        ),
    ),
    Gold(
        "《繁花》的作者金宇澄现居上海。",
        (
            "金宇澄 | AUTHORED | 繁花",
            "金宇澄 | LIVES_IN | 上海",
        ),
    ),
    Gold("三星電子與台積電在先進製程上你追我趕，競爭日趨激烈。", ("三星電子 | COMPETES_WITH | 台積電",)),
    Gold(
        "杨振宁与李政道曾在芝加哥大学求学。",
        (
            "杨振宁 | STUDIED_AT | 芝加哥大学",
            "李政道 | STUDIED_AT | 芝加哥大学",
        ),
    ),
    Gold(
        "香港廉政公署拘捕了前政務司司長許仕仁。",
        (
            "香港廉政公署 | ARRESTED | 許仕仁",
            "許仕仁 | HAS_ROLE | 前司長",
            "許仕仁 | LEADS | 政務司",
        ),
    ),
    Gold("湖人队在总决赛中以4比2击败热火队。", ("湖人队 | DEFEATED | 热火队",)),
    Gold("馬來西亞名將李宗偉不敵林丹，屈居亞軍。", ("林丹 | DEFEATED | 李宗偉",)),
    Gold(
        "微軟亞洲研究院研究員譚旭離職後加入了月之暗面。",
        (
            "譚旭 | WORKS_FOR | 微軟亞洲研究院",
            "譚旭 | HAS_ROLE | 研究員",
            "譚旭 | LEFT | 微軟亞洲研究院",
            "譚旭 | WORKS_FOR | 月之暗面",
        ),
    ),
    Gold("蒋介石与宋美龄1927年完婚。", ("蒋介石 | SPOUSE_OF | 宋美龄",)),
    Gold("1941年12月7日，日本偷袭珍珠港。", ("日本 | ATTACKED | 珍珠港",)),
    Gold(
        "中國鋼鐵公司董事長翁朝棟兼任中鴻鋼鐵董事。",
        (
            "翁朝棟 | LEADS | 中國鋼鐵公司",
            "翁朝棟 | HAS_ROLE | 董事長",
            "翁朝棟 | WORKS_FOR | 中鴻鋼鐵",
            "翁朝棟 | HAS_ROLE | 董事",
        ),
    ),
    Gold(
        "德国汽车零部件巨头博世于1886年由罗伯特·博世在斯图加特创立。",
        (
            "罗伯特·博世 | FOUNDED | 博世",
            "博世 | FOUNDED_ON | 1886",
        ),
    ),
    Gold("三菱重工和川崎重工联手研制新型潜艇。", ("三菱重工 | PARTNERS_WITH | 川崎重工",)),
    Gold(
        "百度于2023年3月发布了文心一言。",
        (
            "百度 | PRODUCES | 文心一言",
            "文心一言 | RELEASED_ON | 2023-03",
        ),
    ),
)
