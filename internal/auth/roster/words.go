package roster

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
)

// Column is what a column of a file holds.
type Column string

// Columns.
const (
	Name         Column = "name"
	Organisation Column = "organisation"
	Mail         Column = "mail"
	RoleOf       Column = "role"
	UnitOf       Column = "unit"
	Language     Column = "language"
)

// headings are how people name the columns, after fold.
func headings() map[string]Column {
	return words(map[Column]string{
		Name:         "name fullname personname participantname participant 氏名 名前 お名前 参加者名 参加者氏名",
		Organisation: "organisation organization org company affiliation employer agency institution 所属 所属組織 所属機関 所属団体 組織 組織名 機関 機関名 会社名 団体名",
		Mail:         "mail email mailaddress emailaddress emailid login loginname メール メールアドレス eメール 電子メール 電子メールアドレス ログイン名 ログイン",
		RoleOf:       "role roles function 役割 権限",
		UnitOf:       "unit team cell unitname teamname ユニット ユニット名 チーム チーム名 セル",
		Language:     "language lang locale preferredlanguage 言語 表示言語 使用言語",
	})
}

// account is the role of whoever gets an account and nothing else.
const account auth.Role = "account"

// roles are how people name the roles, after fold.
func roles() map[string]auth.Role {
	return words(map[auth.Role]string{
		auth.Secretary:    "secretary secretariat 事務局 事務局員",
		access.Director:   "director exercisedirector 統括者 統括 訓練統括者",
		access.Controller: "controller excon コントローラー コントローラ",
		access.Observer:   "observer オブザーバー オブザーバ 見学者",
		access.National:   "national nationalcontroller 国内コントローラー 国内コントローラ",
		access.Player:     "player participant trainee 参加者 プレイヤー プレーヤー プレイヤ",
		access.Evaluator:  "evaluator assessor 評価者",
		account:           "account member アカウント 構成員",
	})
}

// languages are how people name the languages of the interface, after fold.
func languages() map[string]string {
	return words(map[string]string{
		"en": "en eng english enus engb 英語 英",
		"ja": "ja jpn jp jajp japanese 日本語 日",
	})
}

// words turns lists of words around.
func words[T comparable](lists map[T]string) map[string]T {
	all := map[string]T{}
	for v, list := range lists {
		for word := range strings.FieldsSeq(list) {
			all[fold(word)] = v
		}
	}
	return all
}

// fold leaves of a word what tells it from others.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, strings.ToLower(norm.NFKC.String(s)))
}
