// A webhook backend: repeats what a user writes.
//
// WEBHOOK_SECRET=whsec_... PORT=3000 go run main.go
package main

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

type object = map[string]any

// By webhook-id, so that a repeated request is not handled again. Several processes need one store for all.
var (
	lock    sync.Mutex
	answers = map[string]func() (object, error){}
	ids     []string
)

// Your own part: what to reply. An empty object is silence.
func answer(body []byte) (object, error) {
	var event struct {
		Message struct{ MsgType, Content string } `json:"message"`
	}
	if err := json.Unmarshal(body, &event); err != nil || event.Message.MsgType != "text" {
		return object{}, err
	}
	text := object{"content": "收到：" + event.Message.Content}
	return object{"reply": object{"msgtype": "text", "text": text}}, nil
}

func answerOnce(id string, body []byte) (object, error) {
	lock.Lock()
	pending, known := answers[id]
	if !known {
		pending = sync.OnceValues(func() (object, error) { return answer(body) })
		answers[id], ids = pending, append(ids, id)
	}
	if len(ids) > 10_000 {
		delete(answers, ids[0])
		ids = ids[1:]
	}
	lock.Unlock()
	reply, err := pending()
	if err != nil {
		lock.Lock()
		delete(answers, id)
		lock.Unlock()
	}
	return reply, err
}

// The signature is over the bytes as they came: verify first, parse afterwards.
func verify(key []byte, header http.Header, body []byte) bool {
	id, timestamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", id, timestamp, body)
	expected := mac.Sum(nil)
	// Two signatures while the secret is being rotated: one that matches will do.
	for _, each := range strings.Fields(header.Get("webhook-signature")) {
		version, code, _ := strings.Cut(each, ",")
		signature, err := base64.StdEncoding.DecodeString(code)
		if err == nil && version == "v1" && hmac.Equal(signature, expected) {
			return true
		}
	}
	return false
}

func respond(key []byte, request *http.Request) (int, object) {
	body, err := io.ReadAll(request.Body)
	if err != nil || !verify(key, request.Header, body) {
		return 401, object{"error": "bad signature"}
	}
	reply, err := answerOnce(request.Header.Get("webhook-id"), body)
	if err != nil {
		return 500, object{"error": "failed"}
	}
	return 200, reply
}

func main() {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("WEBHOOK_SECRET"), "whsec_"))
	if err != nil || len(key) == 0 {
		log.Fatal("WEBHOOK_SECRET is not a webhook's secret")
	}
	http.HandleFunc("/", func(writer http.ResponseWriter, request *http.Request) {
		status, body := respond(key, request)
		writer.Header().Set("content-type", "application/json")
		writer.WriteHeader(status)
		json.NewEncoder(writer).Encode(body)
	})
	// Only this machine can reach it: TLS is the business of a reverse proxy in front.
	log.Fatal(http.ListenAndServe("127.0.0.1:"+cmp.Or(os.Getenv("PORT"), "3000"), nil))
}
