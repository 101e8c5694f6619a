package exercise

import (
	"fmt"

	"renkei/internal/exercise/scenario"
)

// Refusal is a command's "no", with a reason that the interface translates
// under "refusal.<Code>".
type Refusal struct {
	Code string
	Args map[string]any
}

// Error gives the code and its arguments; people see the translated sentence.
func (r *Refusal) Error() string { return fmt.Sprintf("refused: %s %v", r.Code, r.Args) }

// partNames are the names of parts of a form, in every language.
type partNames []scenario.Text

// UserText returns the sentence that people read: a key of the catalogue with its
// arguments, names in the first of the languages that has them.
func (r *Refusal) UserText(langs ...string) (key string, args map[string]any) {
	return "refusal." + r.Code, r.ArgsIn(langs...)
}

// ArgsIn gives the arguments with names in the first of the languages that has
// them: what the interface needs for its sentence.
func (r *Refusal) ArgsIn(langs ...string) map[string]any {
	out := make(map[string]any, len(r.Args))
	for name, arg := range r.Args {
		out[name] = arg
		if names, ok := arg.(partNames); ok {
			in := make([]string, len(names))
			for i, n := range names {
				in[i] = n.In(langs...)
			}
			out[name] = in
		}
	}
	return out
}

// Codes of refusals.
const (
	NotAllowed      = "not_allowed"
	UnknownUnit     = "unknown_unit"
	UnknownInject   = "unknown_inject"
	UnknownTask     = "unknown_task"
	UnknownPersona  = "unknown_persona"
	UnknownEnd      = "unknown_end"
	UnknownPhase    = "unknown_phase"
	WrongClock      = "wrong_clock"      // not in this state of the clock
	WrongSpeed      = "wrong_speed"      // not a number from 0 to 10000
	JumpBack        = "jump_back"        // jumps go forward only
	PauseUntil      = "pause_until"      // a pause ends in the future, within three days
	EndTime         = "end_time"         // ENDEX is ahead, and not where it is
	JumpMode        = "jump_mode"        // neither skip nor release
	AlreadyReleased = "already_released" // inject
	NotReleased     = "not_released"     // inject
	NotWaiting      = "not_waiting"      // inject does not wait for the unit
	AlreadyHeld     = "already_held"     // inject does not come by itself as it is
	NotHeld         = "not_held"         // inject comes by itself as it is
	AlreadyAcked    = "already_acked"    // inject
	NotRelayable    = "not_relayable"    // inject to that cell
	AlreadyRelayed  = "already_relayed"  // inject to that cell
	LooserLabel     = "looser_label"     // a relay keeps or tightens the label
	TaskNotOpen     = "task_not_open"    // never asked of the unit, or withdrawn
	TaskClosed      = "task_closed"      // solved, or no attempt left
	EmptyAnswer     = "empty_answer"     // nothing submitted
	SameAnswer      = "same_answer"      // given just before on another channel
	UnknownOption   = "unknown_option"   // choice
	UnknownPart     = "unknown_part"     // of a form
	FormIncomplete  = "form_incomplete"  // required parts lack, or hold no valid number, time or choice
	WrongKind       = "wrong_kind"       // not how this task is answered
	BadFileName     = "bad_file_name"    // none, or too long
	FileTooLarge    = "file_too_large"   // over the limit of the task
	ShareByMessage  = "share_by_message" // a share task is answered by sharing
	NoHint          = "no_hint"          // none left
	HintComes       = "hint_comes"       // the next one comes by itself
	NoReply         = "no_reply"         // no prepared answer waits for that message
	NoQuestion      = "no_question"      // no question of that message waits for an answer
	UnknownParty    = "unknown_party"    // nobody to have a call with
	UnknownCall     = "unknown_call"     // none of which the unit is the other side
	OwnCall         = "own_call"         // the other side confirms
	CallSettled     = "call_settled"     // confirmed already
	CallRejected    = "call_rejected"    // denied already
	NoPerson        = "no_person"        // a hand-over to nobody
	PersonaHeld     = "persona_held"     // somebody plays the persona already
	PersonaFree     = "persona_free"     // nobody plays the persona
	AlreadyJoined   = "already_joined"   // somebody came to the unit before
	AlreadyPlayed   = "already_played"   // by people, or by a simulated team, as it is to be
	EmptyText       = "empty_text"       // message, note
	TooLong         = "too_long"         // text over the limit
	WriteOften      = "write_often"      // more in a minute than a person writes
	WriteFull       = "write_full"       // more in an exercise
	BadStatus       = "bad_status"       // unknown, or withdrawn for good
	BadPoints       = "bad_points"       // below 0 or above the maximum
	NothingToAmend  = "nothing_to_amend" // an amendment without a change
	NotMarked       = "not_marked"       // nothing to settle
	UnknownReport   = "unknown_report"   // nothing REAL was reported there
	RealSeenAlready = "real_seen"        // by another of EXCON
	PlayStopped     = "play_stopped"     // nothing goes out during a REAL stop
	UnitOut         = "unit_out"         // the unit does not take part now
	MissingText     = "missing_text"     // inject without a text
	BadWithin       = "bad_within"       // due times are positive
	BadAttendance   = "bad_attendance"   // more present than possible
	BadAmendKey     = "bad_amend_key"    // this type of task has no such key
	BadPattern      = "bad_pattern"      // of an amended key
	BadTemplate     = "bad_template"     // a text that cannot be rendered
	PaperTime       = "paper_time"       // an entry from paper before the log's last event, or after ENDEX
	NotOnPaper      = "not_on_paper"     // nothing that is entered from paper
	NotForUnit      = "not_for_unit"     // nothing that EXCON does for a unit, or not how a unit tells it
	UnknownFlow     = "unknown_flow"     // not waited for from the unit
	NotRecognised   = "not_recognised"   // what was said does not make the flow anyhow
	NotSaidBy       = "not_said_by"      // no message of the unit
	FlowIsThere     = "flow_is_there"    // something else makes it
	UnknownPoll     = "unknown_poll"     // question
	PollThere       = "poll_there"       // a question with that key was announced
	BadPoll         = "bad_poll"         // a question that cannot be asked
	WrongPoll       = "wrong_poll"       // not in this status of the question
	BadChoice       = "bad_choice"       // too few or too many chosen
	BadScale        = "bad_scale"        // off the scale
	BadShare        = "bad_share"        // not all points shared out, or more
	BadDay          = "bad_day"          // no day
	BadReveal       = "bad_reveal"       // answers not in their order, or of others
	PollUseBox      = "poll_use_box"     // paper without a name goes into the box
	PollNoBox       = "poll_no_box"      // paper with a name does not
	PollOnPaper     = "poll_on_paper"    // the unit has taken part otherwise
	PollBoxEmpty    = "poll_box_empty"   // as many papers were entered as units ticked
	PollAbstain     = "poll_abstain"     // simulated delegations abstain where people answer
	PollElsewhere   = "poll_elsewhere"   // another node has the key
	PollConfirmedIs = "poll_confirmed"   // the answer of the unit stands already, or did not
	PollNotTaken    = "poll_not_taken"   // nothing to confirm
	FloorAsIs       = "floor_as_is"      // asked to speak already, or did not
	NobodySpeaks    = "nobody_speaks"    // no speech to end
	UnknownIssue    = "unknown_issue"    // of the improvement plan
	PlanChanged     = "plan_changed"     // somebody entered the issue since
	ManyIssues      = "many_issues"      // in the improvement plan
	IssueUntitled   = "issue_untitled"   // an added issue has a title and an action
	BadTitle        = "bad_title"        // too long, or not of one line
	BadPlan         = "bad_plan"         // an unknown status or capability, or a plan without issues
	BadDate         = "bad_date"         // no date
	DatesTurned     = "dates_turned"     // completion before the start
	PlanIsCarried   = "plan_is_carried"  // an earlier plan came before
	KeyReused       = "key_reused"       // same idempotency key, other command
	MissingKey      = "missing_key"      // no idempotency key
)

func refuse(code string, args ...any) *Refusal {
	r := &Refusal{Code: code}
	if len(args) > 0 {
		r.Args = make(map[string]any, len(args)/2)
		for i := 0; i+1 < len(args); i += 2 {
			name, ok := args[i].(string)
			if ok {
				r.Args[name] = args[i+1]
			}
		}
	}
	return r
}
