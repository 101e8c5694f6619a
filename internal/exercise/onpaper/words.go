package onpaper

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// heads are the words by which columns are known.
func heads() map[string]string {
	return map[string]string{
		"time": "time at when doneat 時刻 実施時刻 時間 日時 heure", "unit": "unit who team from ユニット チーム 実施者 発信者 équipe unité",
		"what": "what action event 内容 種類 行動 行為 quoi action", "item": "item inject task key 対象 状況付与 課題 番号 キー objet",
		"to": "to whom recipient 宛先 相手 à destinataire", "text": "text answer message report note 本文 回答 文面 メッセージ 報告 texte",
		"file": "file filename path attachment ファイル 添付 fichier", "tlp": "tlp 取扱区分", "by": "by writtenby recordedby 記録者 記入者 par",
	}
}

// deeds are the words for what was done.
func deeds() map[string]string {
	return map[string]string{
		"release": "release released inject given handed handedover 付与 付与済 手渡し remis injecté",
		"ack":     "ack acknowledged acknowledge received 受領確認 受領 accusé reçu",
		"answer":  "answer answered report reported submitted filed 回答 報告 提出 réponse rapport",
		"message": "message told said sent wrote called 伝達 連絡 メッセージ 共有 情報共有 dit appelé",
		"call":    "call phonecall phoned telephoned 通話 電話 téléphoné",
		"relay":   "relay relayed passedon 展開 下位への展開 relayé transmis",
		"hint":    "hint hintgiven hinttaken ヒント ヒント提示 indice",
		"note":    "note noted remark メモ 備考 remarque",
	}
}

func fold(s string) string {
	return strings.NewReplacer(" ", "", "　", "", "-", "", "_", "", ".", "", "（", "", "）", "", "(", "", ")", "").
		Replace(strings.ToLower(norm.NFKC.String(strings.TrimSpace(s))))
}

func lookUp(words map[string]string, s string) string {
	for name, list := range words {
		if slices.Contains(strings.Fields(list), fold(s)) {
			return name
		}
	}
	return ""
}
