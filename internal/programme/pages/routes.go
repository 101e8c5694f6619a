package programmepages

import (
	"renkei/internal/programme"
	"renkei/internal/web"
)

// meetingRoutes are the addresses of meetings.
func (p *Pages) meetingRoutes() []web.Route {
	get := func(path string, need func(*web.Request) error, do func(*request) error) web.Route {
		return web.Route{Pattern: "GET " + home + path, Need: need, Handle: p.on(do)}
	}
	post := func(path string, need func(*web.Request) error, do func(*request) error) web.Route {
		return web.Route{Pattern: "POST " + home + path, Need: need, Handle: p.on(do)}
	}
	upload := post("/meeting/{id}/paper", acts, handIn)
	upload.Limit, upload.Upload = programme.MaxPaper+web.MaxForm, true
	return []web.Route{
		get("/meetings", takes, showMeetings),
		get("/meeting/{id}", takes, showMeeting),
		get("/paper/{id}", takes, sendPaper),
		get("/public", nil, showPublic),
		get("/public/{id}", nil, showPublicMeeting),
		post("/series/{id}/next", helps, beginMeeting),
		post("/meeting/{id}/plan", acts, onMeeting("plan", "arrangements", planMeeting)),
		post("/meeting/{id}/item", acts, onMeeting("item-", "agenda", saveItem)),
		post("/meeting/{id}/item/remove", acts, onMeeting("remove-", "agenda", removeItem)),
		upload,
		post("/meeting/{id}/decision", acts, onMeeting("decision", "decisions", addDecision)),
		post("/meeting/{id}/action", acts, onMeeting("action", "actions", addAction)),
		post("/meeting/{id}/minutes", acts, onMeeting("minutes", "record", saveMinutes)),
		post("/meeting/{id}/circulate", acts, onMeeting("circulate", "record", silence("circulate", circulate))),
		post("/meeting/{id}/extend", acts, onMeeting("extend", "record", silence("extend", extend))),
		post("/meeting/{id}/withdraw", acts, onMeeting("withdraw", "record", silence("withdraw", withdraw))),
		post("/meeting/{id}/settle", acts, settle),
		post("/meeting/{id}/object", acts, object),
		post("/duty/{kind}/{id}", acts, reportDuty),
	}
}
