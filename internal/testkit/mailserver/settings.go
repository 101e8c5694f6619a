//go:build unix

package mailserver

import (
	"fmt"
	"strings"
)

// dovecot says who may send, and serves the mailbox of the account.
func (s *Server) dovecot() string {
	return strings.NewReplacer("DIR", s.dir, "PORT", fmt.Sprint(s.IMAP), "CAPABILITY", s.capability).Replace(`base_dir = DIR/run
state_dir = DIR/state
log_path = DIR/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <DIR/cert.pem
ssl_key = <DIR/key.pem
disable_plaintext_auth = yes
mail_location = maildir:DIR/mail/%u
first_valid_uid = 1
first_valid_gid = 1
CAPABILITY
auth_mechanisms = plain login
passdb {
  driver = passwd-file
  args = DIR/users
}
userdb {
  driver = static
  args = uid=postfix gid=postfix home=DIR/mail/%u
}
service imap-login {
  inet_listener imap {
    port = PORT
  }
  inet_listener imaps {
    port = 0
  }
}
service auth {
  unix_listener sending {
    mode = 0666
  }
}
`)
}

// main is Postfix's main.cf: nothing goes out, and every domain is its own.
func (s *Server) main(uid int) string {
	return strings.NewReplacer("DIR", s.dir, "UID", fmt.Sprint(uid)).Replace(`compatibility_level = 3.6
queue_directory = DIR/queue
data_directory = DIR/data
maillog_file = DIR/log
maillog_file_prefixes = DIR
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.internal
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
default_transport = error:nothing leaves
virtual_transport = virtual
virtual_mailbox_domains = regexp:DIR/etc/domains
virtual_mailbox_maps = regexp:DIR/etc/boxes
virtual_alias_maps =
transport_maps = regexp:DIR/etc/transport
virtual_mailbox_base = DIR/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:UID
virtual_gid_maps = static:UID
message_size_limit = 30000000
virtual_mailbox_limit = 0
smtpd_tls_cert_file = DIR/cert.pem
smtpd_tls_key_file = DIR/key.pem
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = DIR/run/sending
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access regexp:DIR/etc/refuse, permit_sasl_authenticated, reject
smtpd_reject_unlisted_recipient = no
smtpd_error_sleep_time = 0
alias_maps =
local_recipient_maps =
`)
}

// master is Postfix's master.cf.
func (s *Server) master() string {
	return fmt.Sprintf(`127.0.0.1:%d inet n - n - - smtpd
127.0.0.1:%d inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`, s.Port, s.TLS)
}
