package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Passkeys gives the page's browser an authenticator that keeps passkeys and
// whose owner says yes to everything, until the page is closed.
func (p *Page) Passkeys() *Authenticator {
	p.tb.Helper()
	a := &Authenticator{page: p}
	p.do("add an authenticator", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		added, err := cdp.Call(ctx, t, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
			Options: &webauthn.VirtualAuthenticatorOptions{
				Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
				HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
			},
		})
		if err == nil {
			a.id = added.AuthenticatorID
		}
		return err
	}))
	return a
}

// Authenticator keeps the passkeys of a page's browser.
type Authenticator struct {
	page *Page
	id   webauthn.AuthenticatorID
}

// Copy returns the passkeys as they are now, private keys and counters with them.
func (a *Authenticator) Copy() (all []*webauthn.Credential) {
	a.page.tb.Helper()
	a.page.do("read passkeys", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		got, err := cdp.Call(ctx, t, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: a.id})
		all = got.Credentials
		return err
	}))
	return all
}

// PutBack has the authenticator keep what Copy returned, as somebody's would who
// has copied it.
func (a *Authenticator) PutBack(all []*webauthn.Credential) {
	a.page.tb.Helper()
	a.page.do("put passkeys back", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, webauthn.ClearCredentials, webauthn.ClearCredentialsParams{AuthenticatorID: a.id}); err != nil {
			return err
		}
		for _, c := range all {
			// Chromium refuses a parameter that the library always sends.
			params := map[string]any{"authenticatorId": a.id, "credential": map[string]any{
				"credentialId": c.CredentialID, "isResidentCredential": c.IsResidentCredential, "rpId": c.RpID,
				"privateKey": c.PrivateKey, "userHandle": c.UserHandle, "signCount": c.SignCount,
			}}
			if err := t.Call(ctx, "WebAuthn.addCredential", params, &struct{}{}); err != nil {
				return err
			}
		}
		return nil
	}))
}
