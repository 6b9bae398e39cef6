"""Word lists of the Chinese recognizer, in simplified characters (text is folded before it is looked up)."""

from __future__ import annotations

import re


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# The commonest family names, which cover nearly all Chinese people; two-character names apart.
SURNAMES = frozenset(
    "丁万严乔于付任伍伏何余侯俞倪傅冉冯凌刘卢古史叶向吕吴周唐夏姚姜孔孙孟安宋尹崔巫常庄康廖张彭徐戴方施易"
    "曹曾朱李杜杨林柯柳梁武段殷毛江池汤汪沈洪涂温游潘焦熊牛王田白石秦程章童简纪罗翁肖胡苏范莫萧葛董蒋蓝蔡"
    "薛袁裴覃詹许谢谭贺贾赖赵辛连邓邱邵邹郑郝郭金钟钱闫阎陆陈陶雷霍韦韩顾颜马骆高魏鲁麦黄黎齐龙龚"
)
DOUBLE_SURNAMES = _words("欧阳 司马 上官 诸葛 东方 夏侯 皇甫 尉迟 公孙 令狐 张简 范姜")
# Beside these stands a person.
TITLES = _words("""
    首席执行官 首席技术官 首席财务官 首席运营官 执行长 技术长 财务长 营运长 董事长 副董事长 总经理
    副总经理 总裁 副总裁 总干事 主席 总统 总理 首相 市长 省长 县长 州长 部长 局长 校长 副校长 院长 所长 行长
    社长 会长 理事长 教授 副教授 博士 研究员 工程师 院士 创始人 创办人 联合创始人 共同创办人 先生 女士
    小姐 记者 发言人 负责人 经理 导演 分析师 科学家 设计师 作家 歌手 演员 妻子 丈夫 太太 夫人 医师 律师
    老师 顾问 CEO CTO CFO COO
    """)
# Before these stands a person, if anything that can be one.
PERSON_VERBS = frozenset(
    _words("任职于 就职于 供职于 任教于 出生于 毕业于 就读于 住在 居住 定居 定居于 表示 认为 指出 担任 领导")
)
# A name that ends so is an organization's. Longest first where one contains the other.
_INSTITUTIONS = _words("""
    股份有限公司 有限责任公司 有限公司 分公司 公司 集团 控股 企业 实业 大学 学院 中学 小学 银行 研究院
    研究所 研究中心 实验室 基金会 基金 协会 学会 商会 公会 工会 医院 出版社 报社 通讯社 电视台 委员会
    法院 检察院 博物馆 图书馆 联盟
    幕府 俱乐部 事务所 乐团 剧团
    """)
# They end an organization's name only behind a word that is no dictionary word (鸿海 + 精密).
_SECTORS = _words("""
    证券 保险 航空 汽车 科技 电子 半导体 精密 光电 生技 制药 药业 重工 电信 通信 软件 资本 创投 工业
    能源 钢铁 石油 食品 物流 传媒 影业
    """)
# What companies do or make. A name may end so (北风电池), where the text speaks of it as of a company.
TRADES = frozenset(
    (
        *_SECTORS,
        *_words("""
        电池 电池组 动力 化学 化工 系统 铜箔 机车 能源 正极 负极 隔膜 材料 新材料 机械 机壳 网络 信息 数据 智能
        机器人 生物 医疗 饮料 服饰 航运 游戏 教育 地产 建设 工程 电力 电气 电器 石化 矿业 环保 投资 金融 通讯
        船舶 轮胎 玻璃 水泥 纺织 造纸 包装 印刷 家居 零售 百货 超市 餐饮 旅游 酒店 农业 种业 乳业 酒业 电机
        电缆 光学 仪器 设备 技术 涂料 橡胶 塑料 五金 模具 自行车 客车 铁路 快递 云端 芯片 屏幕 面板 光纤
        """),
    )
)
ORGANIZATION_SUFFIXES = (*_INSTITUTIONS, *_SECTORS)
WEAK_SUFFIXES = frozenset({*_SECTORS, "企业", "基金", "实业"})
# Legal forms: before them nearly any word is a name.
STRONG_SUFFIXES = ("股份有限公司", "有限责任公司", "有限公司", "集团", "控股")
EVENT_SUFFIXES = _words("""
    奥运会 冬奥会 亚运会 世博会 博览会 高峰会 峰会 论坛 世界杯 锦标赛 电影节 音乐节 艺术节 书展 电脑展
    车展 研讨会 开发者大会 大会 公开赛 马拉松 联赛 总决赛 大奖赛
    """)
# Events on their own.
KNOWN_EVENTS = frozenset(
    _words("""
    世界杯 亚洲杯 欧洲杯 美洲杯 奥运会 冬奥会 残奥会 亚运会 全运会 世博会 进博会
    广交会 世锦赛 欧冠 亚冠 英超 中超 西甲
    """)
)
# These name an event with any word before them (国际电脑展); the others are common nouns as well (股东大会).
NAMED_EVENTS = frozenset(
    _words("""
    世博会 世界杯 亚运会 公开赛 冬奥会 奥运会 电影节 电脑展 车展 锦标赛 大奖赛
    """)
)
LOCATION_SUFFIXES = "省市县区州国岛镇乡村港湾"
# Places that jieba's dictionary lacks, or takes for people.
KNOWN_LOCATIONS = frozenset(
    _words("""
    万隆 中坜 云林 云林县 信义区 内湖 南投 台东 台中 台北 台南 台湾 嘉义 基隆 大安区 安徽 安阳 宜兰 屏东
    彰化 新北 新竹 桃园 洪山 淡水 温哥华 温州 澎湖 石家庄 矽谷 硅谷 花莲 苗栗 金边 金门 首尔 马尼拉
    马德里 马来西亚 马祖 马里兰 高雄 高雄市
    亚太 东亚 东南亚 南亚 中亚 西亚 东北亚 中东 近东 拉美 拉丁美洲 中美洲 南美 南美洲 北美 北美洲 加勒比 东欧 西欧
    北欧 南欧 北非 欧洲 亚洲 非洲 美洲 大洋洲 中华 两岸 海峡两岸 港澳 华北 华东 华南 华中 珠三角 长三角
    """)
)
# In jieba's dictionary as places; in texts they are not.
NO_LOCATIONS = frozenset(_words("大都 长大 海关 九度 北极光 公安 大会 大学 中央"))
# Everyday words that name a company only beside a title (苹果执行长).
AMBIGUOUS_ORGANIZATIONS = frozenset(
    _words("""
    光明 创维 吉利 大同 海信 统一 联合 苹果 长城 震旦
    """)
)
# Well-known organizations whose names show no suffix, and which jieba's dictionary lacks or splits.
KNOWN_ORGANIZATIONS = frozenset(
    _words("""
    台积电 联发科 鸿海 富士康 华硕 宏碁 广达 和硕 仁宝 纬创 日月光 联电 台达电 大立光 华为 腾讯 阿里巴巴
    百度 京东 字节跳动 美团 拼多多 小米 比亚迪 宁德时代 联想 网易 滴滴 中芯国际 海尔 格力 大疆 蔚来
    理想汽车 小鹏汽车 阿里云 蚂蚁集团 新浪 搜狐 哔哩哔哩 英伟达 辉达 英特尔 高通 微软 谷歌 亚马逊 脸书
    特斯拉 三星 索尼 丰田 本田 日产 西门子 博世 大众汽车 宝马 奔驰 波音 空中客车 阿斯麦 艾司摩尔 软银
    甲骨文 思科 国际商业机器 世界卫生组织 联合国 欧盟 世界银行 工研院 中研院 清华大学 新华社 夏普
    摩托罗拉 诺基亚 爱立信 惠普 戴尔 松下 东芝 富士通 日立 飞利浦 麦当劳 沃尔玛 可口可乐 星巴克 迪士尼
    推特 优步 网飞 奈飞
    上海合作组织 东盟 北约 上合组织 欧佩克 世贸组织 世界贸易组织 国际货币基金组织 亚太经合组织 红十字会
    国际奥委会 国务院
    外交部 国防部 财政部 中共中央 党中央 全国人大 全国政协 新华社 人民日报 中央电视台 国民党 民进党 共产党 中国共产党
    九三学社 民革 民盟 民建 农工党 致公党 台盟 工党 保守党 共和党 民主党 社民党 自民党 联邦储备委员会
    美联储 欧洲央行 欧洲联盟
    司法部 内政部 教育部 卫生部 商务部 公安部 农业部 交通部 文化部 国台办 海协会 海基会 中央军委 中央政治局 民进 安理会
    国会 参议院 众议院 国家杜马 最高人民法院 最高人民检察院 立法院 行政院 司法院 监察院 考试院 经济部 白宫 五角大楼
    中科院 工程院 社科院 中国科学院 中国工程院
    """)
)
# Whatever stands before these is a place, though jieba may take the whole for an institution.
PLACE_ENDS = ("特别行政区", "自治区", "自治州", "共和国", "联邦共和国", "群岛", "半岛", "开发区")
# What follows a person's name and is no part of it.
PERSON_ENDS = (
    *TITLES,
    *_words("""
    同志 总书记 书记 主任 大使 司令 将军 上将 中将 少将 准将 元帅 王子 公主 国王 女王 皇后 爵士 委员 代表 议员 参议员
    外长 秘书长 战士 烈士 老人 大夫 护士 法官 检察官 阁下 殿下 陛下
    """),
)
# Of these ends, those that are said of anybody, or of what somebody is to another.
POLITE_ENDS = frozenset(
    _words("""
    先生 女士 小姐 妻子 丈夫 太太 夫人 同志 老人 阁下 殿下 陛下 烈士 战士 代表 老师 老板
    负责人
    """)
)
# What people are, beside the titles.
PROFESSIONS = _words("""
    外长 防长 秘书长 检察长 议长 署长 厅长 处长 科长 队长 团长 船长 军长 师长 总监 总编辑 主编
    编辑 主教 教练 主教练 总教练 队员 球员 前锋 后卫 门将 选手 诗人 画家 音乐家 作曲家 指挥家
    钢琴家 哲学家 数学家 物理学家 化学家 生物学家 天文学家 经济学家 历史学家 思想家 政治家 军事家
    革命家 企业家 银行家 建筑师 摄影师 编剧 制片人 主持人 飞行员 宇航员 航天员 总书记 大法官
    首席大法官 皇帝 教皇 小说家 剧作家 艺术家 雕塑家 舞蹈家 评论家 心理学家 语言学家 考古学家
    植物学家 发明家 探险家 传教士 神父 牧师 商人 富商 学者 运动员 模特儿 模特 漫画家
    """)
# What people do or hold, where a person stands beside it; elsewhere many of these are words for anybody.
POSTS = _words("""
    总指挥 政委 司令官 参谋长 众议员 协理 副主委 主委 传承人 经纪人 负责人 老板 师傅 候选人 药剂师 守门员 小提琴家 棋士
    主帅 馆长 知事 理事 董事 监事 员工 前员工 高管 会员 教师 教员 讲师 护士长 法官 检察官 辩护人 合伙人
    发行人 法定代表人 实际控制人 掌门人 酿酒师 护理师 药师 会计师 会计 出纳 棋手 拖拉机手 铁匠 木匠 调度员
    主播 厨师 歌师 将领 军官 警官 委员 枢机 枢机主教 国务卿 学务长 教务长 总务长 立委 专家 慈善家 理论家
    制作人 电影人 中场 边锋 投手 捕手 领队 大师 名家 猎人 牧民 农民 渔民 方丈 住持 法师 阿訇 乡长 镇长 村长
    区长 厂长 店长 班长 组长 学长 副手 督察 警司 秘书 干事 常委 党委书记 站长 台长 总编 主笔 编导 剧务
    配音员 舞者 琴师 鼓手 吉他手 主唱 团员 研究生 博士生 博士后 志愿者 站务员 乘务员 机长 船员 保安 司机
    快递员 骑手 外卖员 外卖骑手 配送员 邮递员 网约车司机 代驾
    主任记者 主任编辑 主任医师 副主任医师 主治医师 副主任护师 主任护师 主任药师
    店员 售货员 收银员 服务员 导游 翻译 译者 策展人 收藏家 鉴赏家 书法家 篆刻家 武术家 京剧名家
    教育家 外交家 出版家 药学家 医学家 气象学家 人类学家 社会学家 政治学家 法学家 工程院院士 掌舵人
    创办者 创立者 发起人 辅政司
    医生 指挥 店主 老板娘 次长 司长 场长 里长 邻长 庄主 园长 旗长 课长 股长 排长 连长 营长 旅长 段长 列车长 乘务长
    庭长 审判长 典狱长 护理长 审计长 总地质师 总经济师 总工 总师 指挥长 委员长 内阁官房长官 村支书 支书 教导员 指导员
    政治委员 参事 参赞 领事 总领事 特使 专员 特派员 首席代表 外相 财政大臣 外务大臣 外交大臣 内政大臣 国防大臣
    首席大臣 大臣 行政长官 特首 党首 党魁 教宗 修女 修士 和尚 僧人 尼姑 高僧 传道师 召集人 东主 厂主 窑主 裁判长 裁判
    主裁判 副裁判 导师 助教 教研员 编审 编委 记录人 监制 场记 制片 出品人 影评人 评论员 解说员 通讯员 撰稿人 播音员
    调解员 公证员 书记员 书记官 公诉人 检控官 推事 法医 刑警 民警 警员 巡佐 消防员 军医 士官 士官长 中士 上校 大校
    少校 上尉 教官 试飞员 试飞官 轮机员 水手 司机员 驾驶员 技术员 技师 技工 电工 车工 铣工 锅炉工 矿工 搬运工 挡车工
    铆工 船工 程序员 开发者 测量员 测量师 质检员 检查员 值班员 讲解员 导览员 图书馆员 馆员 保育员 护林员 护边员 农技员
    茶农 果农 渔夫 石匠 泥匠 修表匠 钟表匠 陶艺家 声乐家 歌唱家 演奏家 编舞家 木雕师 画师 唐卡画师 拳师 厨师长 主厨
    理发师 营养师 麻醉师 牙医 中医 老中医 兽医 按摩师 殡葬礼仪师 外援 主攻手 二传手 游击手 一垒手 外野手 国手 拳击手
    登山家 越野车手 女高音 男高音 花旦 名伶 乐师 词人 史学家 昆虫学家 动物学家 气候学家 建筑学家 博物学家 藏书家 董秘
    监察人 清盘人 证券代表 法务 社工 社工员 志工 耆老 经销商 业主代表 知县 知州 县尉 主簿 进士 举人 翰林 秀才 贡生
    都督 布政使 土司 司库 校董 营业员 打字员 会首
    房东 董座 副总 名厨 名模 名医 谐星 童星 影星 歌星 球星 女星 影后 影帝 视后 视帝 歌后 网红 部落客 博主 侨领 劳模
    作者 编者 作曲者 雕刻家 翻译家 插画家 育种家 大提琴家 匠人 绣娘 裁缝 养蜂人 传人 车手 赛车手 先发投手 一传手 洋投
    洋将 控卫 男中音 女中音 牙医师 中医师 村医 厂医 牙科医生 大律师 审判员 检察员 仲裁员 调解委员 监察委员 立法委员
    主任委员 主任秘书 系主任 班主任 车间主任 空服员 作业员 职员 科员 保管员 线路员 调度 领犬员 巡山员 化妆师 妆发师
    造型师 调音师 园艺师 农艺师 制茶师 工艺师 点心师傅 头目 首脑 首领 头领 匪首 领袖 领导人 统治者 君主 天皇 法老 苏丹
    太子 皇太子 王储 王后 贵妃 亲王 公使 资政 指挥官 总司令 外交官 大将 大将军 守将 部将 主将 副将 总兵 提督
    总督 巡抚 知府 太守 太尉 丞相 宰相 太宰 节度使 刺史 侍郎 状元 榜眼 探花 禅师 掌柜 大掌柜 实控人 资助人 代言人
    主讲人 通信作者 通讯作者 指导老师 市议员 县议员 区议员 联邦参议员 创会会长 创校校长 独立非执行董事 非执行董事 管家
    向导 助手 干部 负责医师 永续长 首席信息官 首席数字官 球评 维护者 元老 运动员 舰长 艇长 文史工作者 社会工作者
    文艺工作者 国家元首 浪人 硕士生 练习生 排练指导 采购长 技术长
    """)
# Words before a title that are a part of it, whatever the dictionary takes them for.
TITLE_PARTS = frozenset(
    _words("""
    独立 轮值 实际 执行 联席 联合 首席 高级 资深 代理 署理 荣誉 客座 特聘 特约 驻场 签约 助理 见习 总 副
    产品 销售 技术 市场 财务 运营 营运 营销 研发 战略 法务 法律 经济 艺术 音乐 项目 区域 投资 客户 采购
    供应链 设计 工艺 质量 教学 科研 学术 行政 人事 人力资源 公关 品牌 数据 算法 软件 硬件 前端 后端 测试
    中央 中学 小学 董事会 董事局 监事会 图像 永远 名誉
    """)
)
# Regions of China, and its larger towns, which places within them are named after (江苏镇江).
PROVINCES = _words("""
    北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南
    四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门
    """)
TOWNS = _words("""
    台北 新北 桃园 台中 台南 高雄 基隆 新竹 嘉义 宜兰 苗栗 彰化 南投 云林 屏东 花莲 台东 澎湖 金门 广州 深圳
    杭州 南京 苏州 宁波 武汉 成都 西安 长沙 郑州 青岛 济南 合肥 福州 厦门 昆明 贵阳 南宁 兰州 沈阳 大连
    哈尔滨 长春 石家庄 太原 南昌 无锡 温州 佛山 东莞 珠海
    """)
# Never a person, whatever the tagger says.
NO_NAMES = frozenset(
    _words("""
    万人 万元 严重 中方 于今 于此 任何 任职 公司 双方 古代 同学 向上 和平 安全 安装 常年 康复 总部 成为
    成长 方面 施工 时任 易于 毛利 江湖 温度 游客 田野 白天 石油 简单 老师 范围 连续 金融 集团 高兴 高层
    高新 高科技 高端 麦克风
    """)
)
# Latin words in Chinese text that name nobody.
NOT_ORGANIZATIONS = frozenset(
    _words("""
    4G 5G 6G A AI AIoT API APP AR App B2B B2C CD CEO CFO COO COVID CPU CTO DNA DRAM DVD EMBA EPS ESG GDP
    GPU HTTP I IC ID IPO IT In IoT LED MBA NT OK OLED On PC PDF PhD Q1 Q2 Q3 Q4 QR RNA SDK SQL SSD TV
    The URL US USB VIP VR
    """)
)
TITLE_PATTERN = re.compile("|".join(sorted(TITLES, key=len, reverse=True)))
# What a product is called before its name, or behind it; a regular expression, in either script.
PRODUCT_NOUN = (
    "(?:数据库|數據庫|资料库|資料庫|操作系统|作業系統|系统|系統|平台|软件|軟體|芯片|晶片|手机|手機|电脑|電腦|处理器|處理器|大?模型|引擎|"
    "框架|游戏|遊戲|浏览器|瀏覽器|应用|應用|卫星|衛星|火箭|飞船|飛船|探测器|探測器|潜艇|潛艇|战机|戰機|客机|客機|轿车|轎車|疫苗|"
    "药物|藥物|机器人|機器人|计算机|計算機|原型机|原型機)"
)
