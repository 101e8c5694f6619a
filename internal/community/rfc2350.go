package community

// sections are those of a CSIRT description, in order: RFC 2350, appendix D.
var sections = []struct{ Number, Title string }{
	{"1", "Document Information"},
	{"1.1", "Date of Last Update"},
	{"1.2", "Distribution List for Notifications"},
	{"1.3", "Locations where this Document May Be Found"},
	{"1.4", "Authenticating this Document"},
	{"2", "Contact Information"},
	{"2.1", "Name of the Team"},
	{"2.2", "Address"},
	{"2.3", "Time Zone"},
	{"2.4", "Telephone Number"},
	{"2.5", "Facsimile Number"},
	{"2.6", "Other Telecommunication"},
	{"2.7", "Electronic Mail Address"},
	{"2.8", "Public Keys and Other Encryption Information"},
	{"2.9", "Team Members"},
	{"2.10", "Other Information"},
	{"2.11", "Points of Customer Contact"},
	{"3", "Charter"},
	{"3.1", "Mission Statement"},
	{"3.2", "Constituency"},
	{"3.3", "Sponsorship and/or Affiliation"},
	{"3.4", "Authority"},
	{"4", "Policies"},
	{"4.1", "Types of Incidents and Level of Support"},
	{"4.2", "Co-operation, Interaction and Disclosure of Information"},
	{"4.3", "Communication and Authentication"},
	{"5", "Services"},
	{"5.1", "Incident Response"},
	{"5.1.1", "Incident Triage"},
	{"5.1.2", "Incident Coordination"},
	{"5.1.3", "Incident Resolution"},
	{"5.2", "Proactive Activities"},
	{"6", "Incident Reporting Forms"},
	{"7", "Disclaimers"},
}

// Section returns the title of a section of a CSIRT description by RFC 2350; ""
// where there is none of that number.
func Section(number string) string {
	for _, s := range sections {
		if s.Number == number {
			return s.Title
		}
	}
	return ""
}
