package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"renkei/internal/auth/authstore"
)

// Site is where a passkey counts.
type Site struct {
	Host   string // without its port
	Origin string // as browsers say it, such as https://exercise.example.org
	Name   string
}

// owner is a person as the library wants them.
type owner struct {
	person, login, name string
	factors             []authstore.Factor
	keys                []webauthn.Credential
}

func (o *owner) WebAuthnID() []byte                         { return []byte(o.person) }
func (o *owner) WebAuthnName() string                       { return o.login }
func (o *owner) WebAuthnDisplayName() string                { return o.name }
func (o *owner) WebAuthnCredentials() []webauthn.Credential { return o.keys }

// owner reads a person with their passkeys.
func (s *Service) owner(ctx context.Context, person string) (*owner, error) {
	who, err := s.store.Who(ctx, person)
	if err != nil {
		return nil, err
	}
	all, err := s.store.Factors(ctx, person)
	if err != nil {
		return nil, err
	}
	o := &owner{person: person, login: who.Login, name: who.Name}
	for _, f := range all {
		if f.Kind != string(FactorPasskey) {
			continue
		}
		var key webauthn.Credential
		if err := json.Unmarshal(f.Data, &key); err != nil {
			return nil, fmt.Errorf("read passkey: %w", err)
		}
		o.factors, o.keys = append(o.factors, f), append(o.keys, key)
	}
	return o, nil
}

// relying is the library for a site. A password comes before a passkey here, so
// that one without a finger or a PIN does.
func relying(at Site) (*webauthn.WebAuthn, error) {
	return webauthn.New(&webauthn.Config{
		RPID: at.Host, RPDisplayName: at.Name, RPOrigins: []string{at.Origin},
		AttestationPreference:  protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{UserVerification: protocol.VerificationPreferred},
	})
}

// BeginPasskey returns what a browser wants to know to make a passkey for a
// person, as JSON, and the secret with which AddPasskey takes the answer.
func (s *Service) BeginPasskey(ctx context.Context, person string, at Site) (options []byte, step string, err error) {
	o, err := s.owner(ctx, person)
	if err != nil {
		return nil, "", err
	}
	library, err := relying(at)
	if err != nil {
		return nil, "", fmt.Errorf("begin passkey: %w", err)
	}
	var known []protocol.CredentialDescriptor
	for _, k := range o.keys {
		known = append(known, k.Descriptor())
	}
	creation, session, err := library.BeginRegistration(o, webauthn.WithExclusions(known))
	if err != nil {
		return nil, "", fmt.Errorf("begin passkey: %w", err)
	}
	step, token := secret()
	options, err = s.keepCeremony(ctx, authstore.Step{
		Token: token, Kind: stepPasskey, Person: person, Expires: s.now().Add(stepTime).UnixMicro(),
	}, creation.Response, session)
	return options, step, err
}

// keepCeremony keeps a challenge in a step, and returns the options as JSON.
func (s *Service) keepCeremony(ctx context.Context, step authstore.Step, options any, session *webauthn.SessionData) ([]byte, error) {
	var err error
	if step.Data, err = json.Marshal(session); err != nil {
		return nil, fmt.Errorf("keep challenge: %w", err)
	}
	text, err := json.Marshal(options)
	if err != nil {
		return nil, fmt.Errorf("write options: %w", err)
	}
	return text, s.store.PutStep(ctx, step)
}

// AddPasskey adds a passkey that a browser has made after BeginPasskey. It
// returns what AddTOTP does, and ErrStep where the beginning is over or
// somebody else's.
func (s *Service) AddPasskey(ctx context.Context, person, name string, at Site, step string, response []byte) ([]string, error) {
	name, before, err := s.newFactor(ctx, person, name)
	if err != nil {
		return nil, err
	}
	got, err := s.step(ctx, stepPasskey, step)
	if err == nil && got.Person != person {
		err = ErrStep
	}
	if err == nil {
		err = s.takeStep(ctx, got) // a challenge counts once
	}
	if err != nil {
		return nil, err
	}
	o, err := s.owner(ctx, person)
	if err != nil {
		return nil, err
	}
	data, err := newPasskey(o, at, got.Data, response)
	if err != nil {
		return nil, wrong(err)
	}
	return s.putFactor(ctx, before, authstore.Factor{Person: person, Kind: string(FactorPasskey), Name: name, Data: data})
}

// newPasskey checks what a browser has answered, and returns the record to keep.
func newPasskey(o *owner, at Site, challenge, response []byte) ([]byte, error) {
	library, err := relying(at)
	if err != nil {
		return nil, err
	}
	var session webauthn.SessionData
	if err := json.Unmarshal(challenge, &session); err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return nil, err
	}
	key, err := library.CreateCredential(o, session, parsed)
	if err != nil {
		return nil, err
	}
	key.Attestation = webauthn.CredentialAttestation{} // nobody asks for it, and it is long
	return json.Marshal(key)
}

// OfferPasskey returns what a browser wants to know to sign with a passkey of
// somebody who has given a password, as JSON. It returns ErrStep.
func (s *Service) OfferPasskey(ctx context.Context, step string, at Site) ([]byte, error) {
	got, err := s.step(ctx, stepSignIn, step)
	if err != nil {
		return nil, err
	}
	o, err := s.owner(ctx, got.Person)
	if err != nil {
		return nil, err
	}
	library, err := relying(at)
	if err != nil {
		return nil, fmt.Errorf("offer passkey: %w", err)
	}
	assertion, session, err := library.BeginLogin(o)
	if err != nil {
		return nil, fmt.Errorf("offer passkey: %w", err)
	}
	return s.keepCeremony(ctx, got, assertion.Response, session)
}

// SignInPasskey begins the session of somebody who has given a password, with
// what their passkey has signed. It returns the session's secret, ErrCode or
// ErrStep.
func (s *Service) SignInPasskey(ctx context.Context, step string, at Site, response []byte, agent string) (string, error) {
	got, err := s.step(ctx, stepSignIn, step)
	if err != nil {
		return "", err
	}
	o, err := s.owner(ctx, got.Person)
	if err != nil {
		return "", err
	}
	key, err := signed(o, at, got.Data, response)
	about := ""
	if err == nil {
		about, err = s.usePasskey(ctx, o, key)
	} else {
		err = wrong(err)
	}
	return s.second(ctx, got, about, agent, err)
}

// signed checks what a passkey has signed, and returns its record as it is now.
func signed(o *owner, at Site, challenge, response []byte) (*webauthn.Credential, error) {
	library, err := relying(at)
	if err != nil {
		return nil, err
	}
	var session webauthn.SessionData
	if err := json.Unmarshal(challenge, &session); err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return nil, err
	}
	return library.ValidateLogin(o, session, parsed)
}

// usePasskey keeps the record of a passkey that was used, and returns its name.
// One that counts its signatures and has gone back is a copy.
func (s *Service) usePasskey(ctx context.Context, o *owner, key *webauthn.Credential) (string, error) {
	i := slices.IndexFunc(o.keys, func(k webauthn.Credential) bool { return bytes.Equal(k.ID, key.ID) })
	if i < 0 || key.Authenticator.CloneWarning {
		return "", ErrCode
	}
	data, err := json.Marshal(key)
	if err != nil {
		return "", fmt.Errorf("write passkey: %w", err)
	}
	return o.factors[i].Name, s.store.UseFactor(ctx, o.factors[i].ID, data, s.now().UnixMicro())
}
