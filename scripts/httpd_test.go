package scripts_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"sockrepl/bindings/built"
	"sockrepl/scripts"
)

// site is a folder to serve, with a secret beside it and links that lead out and in.
func site(t *testing.T) (folder string, big []byte) {
	t.Helper()
	above := t.TempDir()
	folder = filepath.Join(above, "site")
	big = make([]byte, 1_000_000)
	for i := range big {
		big[i] = byte(i * i >> 8)
	}
	for name, data := range map[string]string{
		"secret.txt": "secret", "site/index.html": "<p>front</p>", "site/a b.txt": "0123456789", "site/empty.css": "",
		"site/sub/index.html": "<p>sub</p>", "site/big.bin": string(big), "site-2/x.txt": "secret, too",
	} {
		path := filepath.Join(above, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"out.txt": "../secret.txt", "outdir": "..", "in.txt": "a b.txt", "abs": "/etc"} {
		if err := os.Symlink(target, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	return folder, big
}

func TestHTTPD(t *testing.T) {
	folder, big := site(t)
	address := start(t, "", "httpd", folder, "0").listening()
	client := &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	for _, c := range []struct {
		method, path, ask string
		status            int
		kind, body        string
	}{
		{"GET", "/", "", 200, "text/html", "<p>front</p>"},
		{"GET", "/a%20b.txt?query", "", 200, "text/plain", "0123456789"},
		{"GET", "/in.txt", "", 200, "text/plain", "0123456789"},
		{"GET", "/sub/../a%20b.txt", "", 200, "text/plain", "0123456789"},
		{"GET", "/empty.css", "", 200, "text/css", ""},
		{"GET", "/sub", "", 301, "", ""},
		{"GET", "/sub/", "", 200, "text/html", "<p>sub</p>"},
		{"GET", "/big.bin", "", 200, "application/octet-stream", string(big)},
		{"HEAD", "/big.bin", "", 200, "application/octet-stream", ""},
		{"GET", "/a%20b.txt", "bytes=2-4", 206, "text/plain", "234"},
		{"GET", "/a%20b.txt", "bytes=7-", 206, "text/plain", "789"},
		{"GET", "/a%20b.txt", "bytes=-2", 206, "text/plain", "89"},
		{"GET", "/a%20b.txt", "bytes=5-99", 206, "text/plain", "56789"},
		{"GET", "/a%20b.txt", "bytes=10-", 416, "text/plain", "416 Range Not Satisfiable\n"},
		{"GET", "/a%20b.txt", "bytes=4-2", 200, "text/plain", "0123456789"},
		{"GET", "/a%20b.txt", "bytes=0-1,3-4", 200, "text/plain", "0123456789"},
		{"GET", "/big.bin", "bytes=500000-899999", 206, "application/octet-stream", string(big[500000:900000])},
		{"GET", "/nosuch", "", 404, "", ""},
		{"GET", "/a%20b.txt/", "", 404, "", ""},
		{"GET", "/../secret.txt", "", 404, "", ""},
		{"GET", "/%2e%2e/secret.txt", "", 404, "", ""},
		{"GET", "/..%2fsecret.txt", "", 404, "", ""},
		{"GET", "/%2E%2E%2Fsite-2/x.txt", "", 404, "", ""},
		{"GET", "/out.txt", "", 404, "", ""},
		{"GET", "/outdir/secret.txt", "", 404, "", ""},
		{"GET", "/outdir", "", 404, "", ""},
		{"GET", "/abs/passwd", "", 404, "", ""},
		{"POST", "/", "", 405, "", ""},
	} {
		request := &http.Request{Method: c.method, Host: address, Header: http.Header{},
			URL: &url.URL{Scheme: "http", Host: address, Opaque: c.path}}
		if c.ask != "" {
			request.Header.Set("Range", c.ask)
		}
		if c.method == "POST" {
			request.Body = io.NopCloser(strings.NewReader("x=1"))
			request.ContentLength = 3
		}
		response, err := client.Do(request)
		if err != nil {
			t.Errorf("%s %s %s: %v", c.method, c.path, c.ask, err)
			continue
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != c.status || !strings.HasPrefix(response.Header.Get("Content-Type"), c.kind) ||
			c.kind != "" && !bytes.Equal(body, []byte(c.body)) || bytes.Contains(body, []byte("secret")) {
			t.Errorf("%s %s %s: %d %s, %d bytes, %v", c.method, c.path, c.ask, response.StatusCode, response.Header.Get("Content-Type"), len(body), err)
		}
		if c.method == "HEAD" && response.ContentLength != int64(len(big)) {
			t.Errorf("HEAD tells %d bytes", response.ContentLength)
		}
	}
}

// TestHTTPDRaw: what no client of Go's sends: several requests at once, pieces, faults.
func TestHTTPDRaw(t *testing.T) {
	folder, _ := site(t)
	address := start(t, "", "httpd", folder, "0").listening()
	const get = "GET /a%20b.txt HTTP/1.1\r\nHost: x\r\n"
	for _, c := range []struct{ name, send, want string }{
		{"pipelined", get + "\r\n" + get + "Content-Length: 3\r\n\r\nabc" + get + "Connection: close\r\n\r\n", "200 200 200"},
		{"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "200"},
		{"HTTP/1.0, kept", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n", "200 200"},
		{"an empty line first", "\r\n" + get + "Connection: close\r\n\r\n", "200"},
		{"no Host", "GET / HTTP/1.1\r\n\r\n", "400"},
		{"two Hosts", get + "Host: y\r\n\r\n", "400"},
		{"two lengths", get + "Content-Length: 0\r\nContent-Length: 3\r\n\r\n", "400"},
		{"no request", "hello\r\n\r\n", "400"},
		{"a folded line", get + " folded\r\n\r\n", "400"},
		{"another version", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505"},
		{"chunked", get + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "501"},
		{"a bad length", get + "Content-Length: -1\r\n\r\n", "400"},
		{"a long body", get + "Content-Length: 99999999\r\n\r\n", "413"},
		{"a long head", get + "X: " + strings.Repeat("x", 20000) + "\r\n\r\n", "431"},
		{"bad escapes", "GET /%zz HTTP/1.0\r\n\r\n", "400"},
		{"a NUL", "GET /%00 HTTP/1.0\r\n\r\n", "400"},
		{"a line that ends with LF alone", get + "Transfer-Encoding: chunked\nX: y\r\n\r\n", "400"},
		{"a CR in a line", get + "X: y\rContent-Length: 3\r\n\r\n", "400"},
		{"a NUL in a line", get + "X: y\x00\r\n\r\n", "400"},
		{"blanks that take long to look through", strings.Repeat(get+"X: a"+strings.Repeat(" ", 16000)+"b\r\n\r\n", 40), "200" + strings.Repeat(" 200", 39)},
		{"gone in the middle", "GET / HT", ""},
	} {
		conn := dial(t, address)
		_, _ = io.WriteString(conn, c.send)
		_ = conn.CloseWrite()
		var got []string
		for {
			response, err := http.ReadResponse(conn.lines, nil)
			if err != nil {
				break
			}
			_, _ = io.Copy(io.Discard, response.Body)
			got = append(got, fmt.Sprint(response.StatusCode))
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: answered with %q, not %q", c.name, text, c.want)
		}
	}
	// Byte by byte.
	conn := dial(t, address)
	for _, b := range []byte(get + "\r\n") {
		_, _ = conn.Write([]byte{b})
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || response.StatusCode != 200 {
		t.Errorf("byte by byte: %v, %v", response, err)
	}
}

// fetch answers an answer, and its body.
func fetch(t *testing.T, request *http.Request) (*http.Response, string) {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

// TestHTTPDConditions: what has not changed is not sent again (RFC 9110, 13).
func TestHTTPDConditions(t *testing.T) {
	folder, _ := site(t)
	changed := time.Date(2024, 2, 29, 12, 30, 15, 123456789, time.UTC)
	if err := os.Chtimes(filepath.Join(folder, "a b.txt"), changed, changed); err != nil {
		t.Fatal(err)
	}
	base := "http://" + start(t, "", "httpd", folder, "0").listening()
	ask := func(method string, fields ...string) (*http.Response, string) {
		t.Helper()
		request, _ := http.NewRequest(method, base+"/a%20b.txt", nil)
		for i := 0; i < len(fields); i += 2 {
			request.Header.Set(fields[i], fields[i+1])
		}
		return fetch(t, request)
	}
	first, _ := ask("GET")
	tag, date := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
	if date != "Thu, 29 Feb 2024 12:30:15 GMT" || len(tag) < 4 {
		t.Fatalf("Last-Modified %q, ETag %q", date, tag)
	}
	if now, err := http.ParseTime(first.Header.Get("Date")); err != nil || time.Since(now).Abs() > time.Minute {
		t.Errorf("Date %q: %v", first.Header.Get("Date"), err)
	}
	const before, after = "Thu, 29 Feb 2024 12:30:14 GMT", "Thu, 29 Feb 2024 12:30:16 GMT"
	for _, c := range []struct {
		fields []string
		status int
	}{
		{[]string{"If-None-Match", tag}, 304},
		{[]string{"If-None-Match", `"x", W/` + tag}, 304},
		{[]string{"If-None-Match", "*"}, 304},
		{[]string{"If-None-Match", `"x"`}, 200},
		{[]string{"If-None-Match", `"x"`, "If-Modified-Since", after}, 200},
		{[]string{"If-None-Match", tag, "If-Modified-Since", before}, 304},
		{[]string{"If-Modified-Since", date}, 304},
		{[]string{"If-Modified-Since", after}, 304},
		{[]string{"If-Modified-Since", before}, 200},
		{[]string{"If-Modified-Since", "Thursday, 29-Feb-24 12:30:15 GMT"}, 304},
		{[]string{"If-Modified-Since", "Thu Feb 29 12:30:14 2024"}, 200},
		{[]string{"If-Modified-Since", "Thu Feb 29 12:30:15 2024"}, 304},
		{[]string{"If-Modified-Since", "yesterday"}, 200},
		{[]string{"If-Match", tag}, 200},
		{[]string{"If-Match", "*"}, 200},
		{[]string{"If-Match", "W/" + tag}, 412},
		{[]string{"If-Match", `"x"`}, 412},
		{[]string{"If-Match", tag, "If-None-Match", tag}, 304},
		{[]string{"If-Unmodified-Since", date}, 200},
		{[]string{"If-Unmodified-Since", before}, 412},
		{[]string{"Range", "bytes=2-3", "If-Range", tag}, 206},
		{[]string{"Range", "bytes=2-3", "If-Range", date}, 206},
		{[]string{"Range", "bytes=2-3", "If-Range", `"x"`}, 200},
		{[]string{"Range", "bytes=2-3", "If-Range", before}, 200},
		{[]string{"Range", "bytes=20-", "If-None-Match", tag}, 304},
	} {
		want := map[int]string{200: "0123456789", 206: "23", 304: "", 412: "412 Precondition Failed\n"}[c.status]
		response, body := ask("GET", c.fields...)
		if response.StatusCode != c.status || body != want {
			t.Errorf("%q: %d %q, not %d %q", c.fields, response.StatusCode, body, c.status, want)
		}
		if c.status == 304 && (response.Header.Get("ETag") != tag || response.Header.Get("Content-Length") != "") {
			t.Errorf("%q: 304 with %q", c.fields, response.Header)
		}
	}
	if response, body := ask("HEAD", "If-None-Match", tag); response.StatusCode != 304 || body != "" {
		t.Errorf("HEAD: %d %q", response.StatusCode, body)
	}
	if err := os.WriteFile(filepath.Join(folder, "a b.txt"), []byte("9876543210"), 0o644); err != nil {
		t.Fatal(err)
	}
	if response, body := ask("GET", "If-None-Match", tag); response.StatusCode != 200 || body != "9876543210" {
		t.Errorf("after a change: %d %q", response.StatusCode, body)
	}
}

// TestHTTPDFolder: a folder without index.html is a page of links that all lead to what they
// name, whatever the names are; nothing in it that would not be served.
func TestHTTPDFolder(t *testing.T) {
	folder, _ := site(t)
	names := []string{"plain.txt", "<script>alert(1)<script>", `"quoted" & 'so'`, "100%.md", "a?b#c", "javascript:alert(1)",
		"new\nline", "esc\x1b[31m", "bad\xff", "turned\u202etxt.exe", "zürich"}
	list := filepath.Join(folder, "list")
	for _, err := range []error{os.MkdirAll(filepath.Join(list, "z folder"), 0o755), os.Mkdir(filepath.Join(folder, "void"), 0o755),
		os.Symlink("../../secret.txt", filepath.Join(list, "out")), os.Symlink("plain.txt", filepath.Join(list, "in")),
		os.Symlink("nowhere", filepath.Join(list, "broken")), syscall.Mkfifo(filepath.Join(list, "fifo"), 0o644)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(list, name), []byte("it is "+name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	base := "http://" + start(t, "", "httpd", folder, "0").listening()
	get := func(path string) (*http.Response, string) {
		t.Helper()
		request, _ := http.NewRequest("GET", base+path, nil)
		return fetch(t, request)
	}
	response, page := get("/list?sorted")
	if response.Request.URL.String() != base+"/list/?sorted" || response.Header.Get("Content-Type") != "text/html; charset=utf-8" ||
		!strings.Contains(response.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%s: %v", response.Request.URL, response.Header)
	}
	if strings.ContainsAny(page, "\x1b") || strings.Contains(page, "<script") || strings.Contains(page, "\u202e") || strings.Contains(page, "secret") {
		t.Errorf("the page has a name as it is:\n%s", page)
	}
	if !strings.Contains(page, "<bdi>&lt;script&gt;alert(1)&lt;script&gt;</bdi>") || !strings.Contains(page, "title=\"15 bytes\">15 B<") {
		t.Errorf("a row is missing:\n%s", page)
	}
	got := map[string]bool{}
	links := regexp.MustCompile(`<td><a href="([^"]*)"`).FindAllStringSubmatch(page, -1)
	for _, link := range links {
		response, body := get(link[1])
		if response.StatusCode != 200 {
			t.Errorf("%s: %d", link[1], response.StatusCode)
		}
		got[body] = true
	}
	for _, name := range names {
		if !got["it is "+name] {
			t.Errorf("no link leads to %q", name)
		}
	}
	if len(links) != len(names)+2 || links[0][1] != "/list/z%20folder/" {
		t.Errorf("%d links, the first to %q", len(links), links[0][1])
	}
	if _, page := get("/list/z%20folder/"); !strings.Contains(page, "The folder is empty.") || !strings.Contains(page, `href="/list/"`) {
		t.Errorf("an empty folder:\n%s", page)
	}
	if os.Getuid() != 0 {
		if err := os.Chmod(list, 0o111); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(list, 0o755) // so that it can be taken away
		if response, _ := get("/list/"); response.StatusCode != 403 && response.StatusCode != 404 {
			t.Errorf("a folder that can't be read: %d", response.StatusCode)
		}
	}
}

// limited starts httpd with other limits than those at its top: pairs of a line's beginning and
// what it is to be.
func limited(t *testing.T, folder string, pairs ...string) string {
	t.Helper()
	source, _ := scripts.Demo("httpd")
	for i := 0; i < len(pairs); i += 2 {
		if strings.Count(source, pairs[i]) != 1 {
			t.Fatalf("httpd.lua has no %q, or several", pairs[i])
		}
		source = strings.Replace(source, pairs[i], pairs[i+1], 1)
	}
	path := filepath.Join(t.TempDir(), "limited.lua")
	if err := os.WriteFile(path, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	return start(t, "", path, folder, "0").listening()
}

// TestHTTPDSlow: who sends a request byte by byte is told 408 when its time is up, however busy it
// is; who has asked for nothing is told nothing. The others do not notice.
func TestHTTPDSlow(t *testing.T) {
	folder, _ := site(t)
	address := limited(t, folder, "REQUEST_TIME = 60", "REQUEST_TIME = 0.4", "IDLE = 30", "IDLE = 0.3")
	const get = "GET /a%20b.txt HTTP/1.1\r\nHost: x\r\n"
	for _, c := range []struct{ name, first, then, want string }{
		{"a head without an end", get + "X: ", "x", "408"},
		{"empty lines before it", "\r\n", "\r\n", "408"},
		{"a body", get + "Content-Length: 1000\r\n\r\n", "x", "408"},
		{"one request, and half of the next", get + "\r\n" + "GET", "x", "200 408"},
		{"half of one, and no more", get, "", "408"},
		{"nothing", "", "", ""},
		{"a request, and nothing more", get + "\r\n", "", "200"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conn := dial(t, address)
			conn.say("%s", c.first)
			go func() {
				for c.then != "" {
					if _, err := io.WriteString(conn, c.then); err != nil {
						return
					}
					time.Sleep(20 * time.Millisecond) // it is slow
				}
			}()
			got := ""
			for {
				response, err := http.ReadResponse(conn.lines, nil)
				if err != nil {
					if err != io.EOF && err != io.ErrUnexpectedEOF {
						t.Error(err)
					}
					break
				}
				_, _ = io.Copy(io.Discard, response.Body)
				got = strings.TrimSpace(fmt.Sprint(got, " ", response.StatusCode))
				if response.StatusCode == 408 && !response.Close {
					t.Error("408 without Connection: close")
				}
			}
			if got != c.want {
				t.Errorf("answered with %q, not %q", got, c.want)
			}
		})
	}
	t.Run("another one", func(t *testing.T) {
		t.Parallel()
		for range 20 {
			request, _ := http.NewRequest("GET", "http://"+address+"/a%20b.txt", nil)
			if response, body := fetch(t, request); response.StatusCode != 200 || body != "0123456789" {
				t.Errorf("%d %q", response.StatusCode, body)
			}
		}
	})
}

// TestHTTPDMany: connections beyond the limit are told 503, and it is over when one ends; of a crowd
// everybody has an answer.
func TestHTTPDMany(t *testing.T) {
	folder, _ := site(t)
	address := limited(t, folder, "MOST = 500", "MOST = 3", "REFUSED = 100", "REFUSED = 2")
	ask := func(t *testing.T, ending string) (*conn, *http.Response) {
		t.Helper()
		conn := dial(t, address)
		conn.say("GET /a%%20b.txt HTTP/1.1\r\nHost: x\r\n%s\r\n", ending)
		response, err := http.ReadResponse(conn.lines, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		return conn, response
	}
	end := func(conn *conn) {
		_ = conn.CloseWrite()
		_, _ = io.Copy(io.Discard, conn)
	}
	var kept []*conn
	for range 3 {
		conn, response := ask(t, "")
		if kept = append(kept, conn); response.StatusCode != 200 {
			t.Fatal(response.Status)
		}
	}
	for range 4 { // each of whom leaves its place
		conn, response := ask(t, "")
		if response.StatusCode != 503 || !response.Close || response.Header.Get("Retry-After") != "10" {
			t.Errorf("%s %v", response.Status, response.Header)
		}
		end(conn)
	}
	end(kept[0])
	conn, response := ask(t, "Connection: close\r\n")
	if response.StatusCode != 200 {
		t.Errorf("after one has gone: %s", response.Status)
	}
	end(conn)
	t.Run("crowd", func(t *testing.T) {
		for range 40 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				conn, response := ask(t, "Connection: close\r\n")
				if response.StatusCode != 200 && response.StatusCode != 503 {
					t.Error(response.Status)
				}
				end(conn)
			})
		}
	})
	for _, conn := range kept[1:] {
		conn.say("GET /a%%20b.txt HTTP/1.1\r\nHost: x\r\n\r\n")
		if response, err := http.ReadResponse(conn.lines, nil); err != nil || response.StatusCode != 200 {
			t.Errorf("after the crowd: %v", err)
		}
	}
}

// TestHTTPDLog: what a client sends is never raw on the terminal.
func TestHTTPDLog(t *testing.T) {
	folder, _ := site(t)
	server := start(t, "", "httpd", folder, "0", "--log")
	conn := dial(t, server.listening())
	_, _ = io.WriteString(conn, "GET /\x1b]0;x\a HTTP/1.0\r\n\r\n")
	server.wait(`404\t14\tGET /\?]0;x\?$`)
}

func TestHTTPDCurl(t *testing.T) {
	curl := built.Tool(t, "curl")
	folder, big := site(t)
	base := "http://" + start(t, "", "httpd", folder, "0").listening()
	out, err := exec.Command(curl, "-sS", "--fail", "--path-as-is", base+"/big.bin").Output()
	if err != nil || !bytes.Equal(out, big) {
		t.Errorf("curl: %d bytes, %v", len(out), err)
	}
	out, err = exec.Command(curl, "-sS", "-L", "-r", "3-5", base+"/sub").Output()
	if err != nil || string(out) != "sub" {
		t.Errorf("curl: %q, %v", out, err)
	}
	out, _ = exec.Command(curl, "-sS", "-o", os.DevNull, "-o", os.DevNull, "-w", "%{http_code}:%{num_connects} ", base+"/", base+"/sub/").Output()
	if string(out) != "200:1 200:0 " {
		t.Errorf("curl kept no connection: %q", out)
	}
	if err := exec.Command(curl, "-sS", "--fail", "--path-as-is", base+"/../secret.txt").Run(); err == nil {
		t.Error("curl got what is outside the folder")
	}
}

func TestHTTPDWrk(t *testing.T) {
	wrk := built.Tool(t, "wrk")
	folder, _ := site(t)
	base := "http://" + start(t, "", "httpd", folder, "0").listening()
	out, err := exec.Command(wrk, "-t1", "-c20", "-d1s", base+"/a%20b.txt").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	has(t, string(out), `[1-9]\d* requests in`)
	if text := string(out); strings.Contains(text, "Socket errors") || strings.Contains(text, "Non-2xx") {
		t.Errorf("wrk is not content:\n%s", text)
	}
}
