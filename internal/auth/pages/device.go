package authpages

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/mileusna/useragent"

	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/web"
)

// DeviceName is a browser in words, of what it calls itself.
func DeviceName(r *web.Request, agent string) string {
	ua := useragent.Parse(agent)
	major, _, _ := strings.Cut(ua.Version, ".")
	browser, system := strings.TrimSpace(ua.Name+" "+major), ua.OS
	if ua.Device != "" && ua.OS != "" && ua.Device != ua.OS {
		system = ua.Device + ", " + ua.OS
	}
	if ua.Name == "" || ua.Name == agent || ua.OS == "" {
		return r.T("device.unknown")
	}
	return r.T("device.on", web.Args("Browser", browser, "System", system))
}

// taken answers who opens a link that is gone: where somebody has taken it, they
// may open it on one more device, with a code.
func taken(r *web.Request, err error, problem string) error {
	var gone *web.GoneError
	if !errors.As(err, &gone) {
		return err
	}
	opens, failed := r.Server.Auth.Opens(r.Context(), r.PathValue("link"))
	if failed != nil || !opens {
		return errors.Join(err, failed)
	}
	return r.Show(http.StatusGone, devicePage(r, problem))
}

// openDevice lets who has taken a link in on one more device, with the code that
// their first device or EXCON shows.
func openDevice(r *web.Request) error {
	link := r.PathValue("link")
	if err := r.Allow(limit.DeviceCode, link); err != nil {
		return err
	}
	session, g, err := r.Server.Auth.OpenDevice(r.Context(), link, r.PostFormValue("code"), r.UserAgent())
	switch {
	case errors.Is(err, auth.ErrLink):
		return &web.GoneError{Text: r.T("link.gone")}
	case errors.Is(err, auth.ErrDeviceCode):
		logFailed(r, "device_code")
		return r.Show(http.StatusUnprocessableEntity, devicePage(r, r.T("device.wrong")))
	case err != nil:
		return err
	}
	r.Server.Limits.Forget(limit.DeviceCode, link)
	if err := enter(r, session); err != nil {
		return err
	}
	t, err := r.Target(g)
	if err != nil || t == nil {
		return errors.Join(err, r.Back("/"))
	}
	return r.RedirectWith(t.Path, "said.device")
}

// showCode shows, on a device on which somebody is signed in, the code for one
// more.
func showCode(r *web.Request) error {
	m, err := meOf(r)
	if err != nil {
		return err
	}
	if m.code, err = NewDeviceCode(r, r.Access.Person); err != nil {
		return err
	}
	return r.Show(http.StatusOK, mePage(r, m))
}

// DeviceCode is a code for one more device, shown once.
type DeviceCode struct {
	Name, Code string
	Until      time.Time
}

// NewDeviceCode makes the code for one more device of a person.
func NewDeviceCode(r *web.Request, person string) (*DeviceCode, error) {
	if err := r.Allow(limit.NewDeviceCode, person); err != nil {
		return nil, err
	}
	code, until, err := r.Server.Auth.NewDeviceCode(r.Context(), r.Access.Person, person)
	if errors.Is(err, auth.ErrNotFound) {
		return nil, &web.UserError{Text: r.T("device.no_link")}
	}
	if err != nil {
		return nil, err
	}
	half := len(code) / 2
	return &DeviceCode{Name: r.Server.Auth.Name(r.Context(), person), Code: code[:half] + " " + code[half:], Until: until}, nil
}
