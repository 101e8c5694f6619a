package scenario

import "fmt"

// sampleSize is for how many teams a pack is tried. What depends on the number
// of a team, such as an address, goes wrong for some of them only.
const sampleSize = 11

// sampleTeams are teams that exist nowhere, in two languages and zones. Every
// property differs from team to team.
func sampleTeams(langs []string) []Unit {
	var all []Unit
	zones := []string{"Asia/Tokyo", "UTC", "Asia/Bangkok"}
	for i := 1; i <= sampleSize; i++ {
		locale := "en"
		if len(langs) > 0 {
			locale = langs[i%len(langs)]
		}
		all = append(all, Unit{
			Key: fmt.Sprintf("sample-%d", i), Code: fmt.Sprintf("SM%d", i), N: i,
			Name: Text{"": fmt.Sprintf("Sampleland %d", i)}, CSIRT: Text{"": fmt.Sprintf("CERT-SM%d", i)},
			Domain: fmt.Sprintf("sample%d.example", i), Locale: locale, Zone: zones[i%len(zones)],
		})
	}
	return all
}
