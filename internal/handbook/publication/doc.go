// Package publication makes what is handed out of an edition: the printed
// handbook as one page of HTML, from which a PDF with contents is printed, the
// same as Markdown, and a copy of all that was published that can be read from
// any web server or a USB stick. It is domain and may import package i18n.
//
// Start reading at [Book] and [WriteSite].
package publication

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
