// Package communityapi answers programs what they may read of the community:
// members with their organisations and contacts. It may import its domain and
// package api. Start reading at [API.Register].
package communityapi

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"renkei/internal/api"
	"renkei/internal/community"
)

// Members knows the community.
type Members interface {
	Registry(ctx context.Context) (*community.Registry, error)
}

// API answers programs.
type API struct{ Members Members }

// Register adds the operations, for who is of the community.
func (a *API) Register(to huma.API) {
	const root = api.Root + "/community"
	huma.Get(to, root+"/members", a.members, api.Named("community-members", "The members of the community"))
	huma.Get(to, root+"/members/{member}", a.member, api.Named("community-member", "A member with the organisations and contacts that the owner may read"))
}

type body[T any] struct{ Body T }

type membersBody struct {
	Members []*community.Member `json:"members"`
}

func (a *API) members(ctx context.Context, _ *struct{}) (*body[membersBody], error) {
	if !community.Of(api.CallerOf(ctx).Access).Takes() {
		return nil, api.Absent(ctx)
	}
	reg, err := a.Members.Registry(ctx)
	if err != nil {
		return nil, err
	}
	return &body[membersBody]{membersBody{append([]*community.Member{}, reg.Members()...)}}, nil
}

type memberIn struct {
	Member string `path:"member" maxLength:"100" doc:"Its id, such as kh."`
}

type memberBody struct {
	Member        *community.Member         `json:"member"`
	Organisations []*community.Organisation `json:"organisations"`
	Contacts      []*community.Contact      `json:"contacts"`
}

func (a *API) member(ctx context.Context, in *memberIn) (*body[memberBody], error) {
	who := community.Of(api.CallerOf(ctx).Access)
	reg, err := a.Members.Registry(ctx)
	if err != nil {
		return nil, err
	}
	m := reg.Member(in.Member)
	if !who.Takes() || m == nil {
		return nil, api.Absent(ctx)
	}
	out := &body[memberBody]{memberBody{m, []*community.Organisation{}, []*community.Contact{}}}
	for _, o := range reg.Organisations(m.ID) {
		if who.SeesRecord(reg, o) {
			out.Body.Organisations = append(out.Body.Organisations, o)
		}
		for _, c := range reg.Contacts(o.ID) {
			if who.SeesRecord(reg, c) {
				out.Body.Contacts = append(out.Body.Contacts, c)
			}
		}
	}
	return out, nil
}
