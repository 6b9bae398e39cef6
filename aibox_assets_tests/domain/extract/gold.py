"""A small gold set: sentences with the triples that a careful reader takes from them.

Each line of ``triples`` is "head | RELATION | tail". Sentences without triples are negatives: they name
entities, but state no relation of the ontology between them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gold:
    text: str
    triples: tuple[str, ...] = ()


ENGLISH = (
    Gold("Jane Wu, chief executive of Acme Robotics, spoke first.",
         ("Jane Wu | LEADS | Acme Robotics", "Jane Wu | HAS_ROLE | chief executive")),
    Gold("Microsoft CEO Satya Nadella visited Berlin on Monday.",
         ("Satya Nadella | LEADS | Microsoft", "Satya Nadella | HAS_ROLE | CEO")),
    Gold("Siemens was founded by Werner von Siemens in 1847.", ("Werner von Siemens | FOUNDED | Siemens",)),
    Gold("Google acquired YouTube for $1.65 billion in 2006.", ("Google | ACQUIRED | YouTube",)),
    Gold("LinkedIn was acquired by Microsoft in 2016.", ("Microsoft | ACQUIRED | LinkedIn",)),
    Gold("Maria Keller works for Deutsche Bank and lives in Frankfurt.",
         ("Maria Keller | WORKS_FOR | Deutsche Bank", "Maria Keller | LIVES_IN | Frankfurt")),
    Gold("Peter Novak graduated from Charles University before he joined Skoda.",
         ("Peter Novak | STUDIED_AT | Charles University", "Peter Novak | WORKS_FOR | Skoda")),
    Gold("Nokia is headquartered in Finland.", ("Nokia | HEADQUARTERED_IN | Finland",)),
    Gold("Samsung, based in South Korea, reported higher profits.",
         ("Samsung | HEADQUARTERED_IN | South Korea",)),
    Gold("Albert Einstein was born in Germany.", ("Albert Einstein | BORN_IN | Germany",)),
    Gold("Toyota signed a partnership with Panasonic.", ("Toyota | PARTNERS_WITH | Panasonic",)),
    Gold("Larry Page and Sergey Brin founded Google in 1998.",
         ("Larry Page | FOUNDED | Google", "Sergey Brin | FOUNDED | Google")),
    Gold("Instagram is owned by Meta Platforms.", ("Instagram | SUBSIDIARY_OF | Meta Platforms",)),
    Gold("Audi is a subsidiary of Volkswagen Group.", ("Audi | SUBSIDIARY_OF | Volkswagen Group",)),
    Gold("Tesla competes with General Motors.", ("Tesla | COMPETES_WITH | General Motors",)),
    Gold("Barack Obama married Michelle Robinson in 1992.",
         ("Barack Obama | SPOUSE_OF | Michelle Robinson",)),
    Gold("SoftBank invested in Alibaba in 2000.", ("SoftBank | INVESTED_IN | Alibaba",)),
    Gold("Anna Lindqvist, who founded Nordic Systems in 2004, is now a professor at Uppsala University.",
         ("Anna Lindqvist | FOUNDED | Nordic Systems", "Anna Lindqvist | WORKS_FOR | Uppsala University",
          "Anna Lindqvist | HAS_ROLE | professor")),
    Gold("Harold Finch was appointed chairman of Northern Rail last week.",
         ("Harold Finch | LEADS | Northern Rail", "Harold Finch | HAS_ROLE | chairman")),
    Gold("The Olympic Games were held in Sydney.", ("Olympic Games | HELD_IN | Sydney",)),
    Gold("Oracle completed its acquisition of Sun Microsystems in 2010.",
         ("Oracle | ACQUIRED | Sun Microsystems",)),
    Gold("Founded by Elena Rossi, Bellini Software employs 200 people.",
         ("Elena Rossi | FOUNDED | Bellini Software",)),
    Gold("Prime Minister Tony Blair met President George Bush in Washington.",
         ("Tony Blair | HAS_ROLE | prime minister", "George Bush | HAS_ROLE | president")),
    Gold("IBM did not acquire Red Hat that year."),
    Gold("Apple may buy Disney, analysts say."),
    Gold("Adobe failed to acquire Figma."),
    Gold("Shares of Boeing fell in New York while Airbus gained in Paris."),
    Gold("David Chen told Reuters that Intel was late."),
    Gold("Both Ford and Honda reported lower sales in Canada."),
    Gold("Carol Stone met the founder of Dropbox in London."),
    Gold("Intel supplies Dell Technologies and Lenovo.",
         ("Intel | SUPPLIES | Dell Technologies", "Intel | SUPPLIES | Lenovo")),
    Gold("Amazon's acquisition of Whole Foods surprised investors.", ("Amazon | ACQUIRED | Whole Foods",)),
    Gold("Former Yahoo CEO Marissa Mayer spoke in Chicago.", ("Marissa Mayer | HAS_ROLE | former CEO",)),
    Gold("Tom Baker, a researcher at Stanford University, was born in Ireland.",
         ("Tom Baker | WORKS_FOR | Stanford University", "Tom Baker | BORN_IN | Ireland",
          "Tom Baker | HAS_ROLE | researcher")),
    Gold("Norway is a member of NATO.", ("Norway | MEMBER_OF | NATO",)),
    Gold("Ericsson agreed to buy Vonage for $6.2 billion.", ("Ericsson | ACQUIRED | Vonage",)),
)  # fmt: skip

CHINESE = (
    Gold("郭台銘創立了鴻海，總部位於新北市。",
         ("郭台銘 | FOUNDED | 鴻海", "鴻海 | HEADQUARTERED_IN | 新北市")),
    Gold("张三丰创办了武当科技有限公司。", ("张三丰 | FOUNDED | 武当科技有限公司",)),
    Gold("台積電與 Nvidia 合作開發新晶片。", ("台積電 | PARTNERS_WITH | Nvidia",)),
    Gold("黃仁勳擔任輝達的執行長。", ("黃仁勳 | LEADS | 輝達", "黃仁勳 | HAS_ROLE | 執行長")),
    Gold("鸿海董事长刘扬伟昨天在台北发表演讲。", ("刘扬伟 | LEADS | 鸿海", "刘扬伟 | HAS_ROLE | 董事长")),
    Gold("马云出生于杭州，毕业于杭州师范大学。",
         ("马云 | BORN_IN | 杭州", "马云 | STUDIED_AT | 杭州师范大学")),
    Gold("王小明任职于清华大学人工智能研究院。", ("王小明 | WORKS_FOR | 清华大学人工智能研究院",)),
    Gold("华为总部设在深圳。", ("华为 | HEADQUARTERED_IN | 深圳",)),
    Gold("夏普由鴻海收購。", ("鴻海 | ACQUIRED | 夏普",)),
    Gold("摩托罗拉被联想收购。", ("联想 | ACQUIRED | 摩托罗拉",)),
    Gold("腾讯收购了芬兰游戏公司 Supercell。", ("腾讯 | ACQUIRED | Supercell",)),
    Gold("软银投资了阿里巴巴。", ("软银 | INVESTED_IN | 阿里巴巴",)),
    Gold("阿里云是阿里巴巴的子公司。", ("阿里云 | SUBSIDIARY_OF | 阿里巴巴",)),
    Gold("李彦宏是百度的创始人。", ("李彦宏 | FOUNDED | 百度",)),
    Gold("陳建仁教授任教於國立臺灣大學。", ("陳建仁 | WORKS_FOR | 國立臺灣大學", "陳建仁 | HAS_ROLE | 教授")),
    Gold("林志明在台北出生，目前定居高雄。", ("林志明 | BORN_IN | 台北", "林志明 | LIVES_IN | 高雄")),
    Gold("华为推出了《鸿蒙系统》。", ("华为 | PRODUCES | 鸿蒙系统",)),
    Gold("2022年北京冬奥会在北京举行。", ("北京冬奥会 | HELD_IN | 北京",)),
    Gold("小米与京东签署合作协议。", ("小米 | PARTNERS_WITH | 京东",)),
    Gold("比亚迪和特斯拉互相竞争。", ("比亚迪 | COMPETES_WITH | 特斯拉",)),
    Gold("刘强东创立的京东位于北京。", ("刘强东 | FOUNDED | 京东", "京东 | LOCATED_IN | 北京")),
    Gold("聯發科和高通競爭激烈。", ("聯發科 | COMPETES_WITH | 高通",)),
    Gold("蔡崇信的妻子吴明华住在香港。", ("吴明华 | SPOUSE_OF | 蔡崇信", "吴明华 | LIVES_IN | 香港")),
    Gold("腾讯并未收购京东。"),
    Gold("百度可能收购小米。"),
    Gold("华为和小米的销量在中国都有增长。"),
    Gold("王大伟昨天在上海见到了陈晓红。"),
    Gold("這家公司去年收購了一家銀行。"),
    Gold("前微軟執行長鮑爾默沒有出席台北的會議。", ("鮑爾默 | HAS_ROLE | 前執行長",)),
    Gold("張忠謀創辦台積電，曾就讀麻省理工學院。",
         ("張忠謀 | FOUNDED | 台積電", "張忠謀 | STUDIED_AT | 麻省理工學院")),
    Gold("蘋果執行長 Tim Cook 造訪深圳。", ("Tim Cook | LEADS | 蘋果", "Tim Cook | HAS_ROLE | 執行長")),
    Gold("光明食品集团收购了维他奶股份有限公司和新希望集团。",
         ("光明食品集团 | ACQUIRED | 维他奶股份有限公司", "光明食品集团 | ACQUIRED | 新希望集团")),
    Gold("乔治·华盛顿出生于弗吉尼亚州。", ("乔治·华盛顿 | BORN_IN | 弗吉尼亚州",)),
    Gold("國際電腦展由外貿協會主辦。", ("外貿協會 | ORGANIZES | 國際電腦展",)),
    Gold("周文彬加入华星光电股份有限公司。", ("周文彬 | WORKS_FOR | 华星光电股份有限公司",)),
    Gold("聯電向高通供應晶片。", ("聯電 | SUPPLIES | 高通",)),
)  # fmt: skip
