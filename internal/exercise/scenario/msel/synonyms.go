package msel

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// synonyms are heads that people give the columns of a MSEL, in English,
// Japanese, French and Vietnamese, after foldHead. Words that could mean two
// columns stand with neither.
func synonyms() map[string]string {
	return map[string]string{
		"key": "key no number id # injectno injectid injectnumber injectkey eventno eventnumber eventid serial serialno mselno item ref " +
			"キー 番号 項番 通番 連番 付与番号 状況付与番号 整理番号 numéro n° réf référence identifiant stt số mã mãsố",
		"at": "at time starttime scheduledtime plannedtime planned injecttime eventtime datetime dateandtime dtg elapsed elapsedtime offset t+ timing hour " +
			"時刻 時間 付与時刻 予定時刻 開始時刻 日時 付与日時 予定日時 経過時間 付与時間 実施時刻 heure horaire dateheure dateetheure heureprévue temps thờigian giờ thờiđiểm",
		"date":  "date day 日付 実施日 付与日 期日 jour ngày",
		"after": "after follows predecessor triggeredby dependson 先行 起点 前提付与 après suitde",
		"title": "title inject event injecttitle eventtitle injectname eventname name headline scenarioevent " +
			"題名 タイトル 状況付与 状況付与名 事象 イベント イベント名 付与名 状況 titre intitulé événement evenement stimulus tiêuđề tìnhhuống sựkiện",
		"phase": "phase stage フェーズ 段階 局面 étape giaiđoạn",
		"from":  "from sender source originator initiator injectfrom persona 発信者 送信者 発信元 差出人 付与元 送信元 de émetteur expéditeur origine ngườigửi từ",
		"to": "to recipient recipients receiver receivers target targets audience addressee players towhom injectto " +
			"宛先 送信先 受信者 付与先 対象 対象者 配布先 à destinataire destinataires cible pour ngườinhận đến",
		"subject": "subject emailsubject 件名 表題 objet sujet chủđề",
		"text": "text content body message description details injectdescription eventdescription injecttext injectcontent eventdetails script " +
			"本文 内容 文面 詳細 付与内容 付与文 状況付与内容 本文内容 texte contenu détail détails corps nộidung môtả",
		"expected": "expected expectedaction expectedactions expectedresponse expectedoutcome expectedplayeraction expectedplayeractions playeraction " +
			"anticipatedresponse expectedresult 期待される行動 期待される対応 期待する行動 期待する対応 想定される対応 想定行動 想定対応 期待行動 想定される行動 " +
			"réactionattendue réactionsattendues actionattendue actionsattendues résultatattendu réponseattendue hànhđộngmongđợi phảnứngmongđợi",
		"controller": "controller responsiblecontroller responsible owner facilitator controlledby responsibleperson " +
			"担当 担当者 担当コントローラー 担当コントローラ コントローラー コントローラ 責任者 animateur responsable pilote contrôleur phụtrách ngườiphụtrách", //nolint:misspell // French
		"notes":       "notes note remarks remark comments comment 備考 メモ 特記事項 注記 補足 remarques remarque observations commentaires ghichú",
		"tlp":         "tlp tlplabel classification 取扱区分 取扱区分tlp 機密区分 sensibilité",
		"for":         "for role roles 役割 rôle rôles vaitrò",
		"attachments": "attachments attachment files annex annexes 添付 添付資料 添付ファイル 添付物 piècejointe piècesjointes annexe tệpđínhkèm",
		"kind":        "kind injecttype eventtype 種別 付与種別 nature",
		"mode": "mode method channel means medium media deliverymethod injectmode deliverymode byway bywayof " +
			"手段 伝達手段 媒体 付与方法 付与手段 伝達方法 moyen canal vecteur support kênh phươngtiện",
		"delivery":   "delivery deliveryinstructions instructions 伝達要領 付与要領 consignes",
		"objectives": "objectives objective exerciseobjective 目標 目的 訓練目標 訓練目的 objectif objectifs mụctiêu",
		"branch":     "branch 分岐 branche",
		"when":       "condition conditions when 条件 付与条件 điềukiện",
		"since":      "since 条件の起点",
		"within":     "within 条件の期限",
		"delay":      "delay 条件成立後の待ち時間",
		"unless":     "unless 除外条件 saufsi",
	}
}

// foldHead leaves of a head what tells it from others.
func foldHead(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '#' || r == '°' || r == '+':
			return r
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r):
			return r
		}
		return -1
	}, strings.ToLower(norm.NFKC.String(s)))
}

// languageWords are how a head names the language of its column.
func languageWords() map[string]string {
	return map[string]string{
		"english": "en", "eng": "en", "英語": "en", "英": "en", "anglais": "en", "en": "en",
		"japanese": "ja", "日本語": "ja", "和文": "ja", "japonais": "ja", "ja": "ja", "jp": "ja",
		"french": "fr", "français": "fr", "仏語": "fr", "fr": "fr", "vietnamese": "vi", "tiếngviệt": "vi", "vi": "vi",
		"thai": "th", "th": "th", "khmer": "km", "km": "km", "lao": "lo", "lo": "lo", "burmese": "my", "my": "my",
		"malay": "ms", "ms": "ms", "indonesian": "id", "bahasaindonesia": "id", "korean": "ko", "ko": "ko", "chinese": "zh", "zh": "zh",
		"spanish": "es", "es": "es", "portuguese": "pt", "pt": "pt",
	}
}
