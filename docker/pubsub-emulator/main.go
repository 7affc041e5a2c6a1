// Pubsub-emulator serves Google Pub/Sub's API from memory, by Google's own test server, with its topics made in advance.
//
// Environment: PUBSUB_PROJECT_ID, PUBSUB_TOPICS (names, separated by commas), PORT (default 8085).
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
)

// Exit status for a wrong environment (sysexits.h: EX_CONFIG).
const wrongEnvironment = 78

func main() {
	log.SetFlags(0)
	project := os.Getenv("PUBSUB_PROJECT_ID")
	if project == "" {
		log.Print("pubsub-emulator: set PUBSUB_PROJECT_ID, the project that clients will name")
		os.Exit(wrongEnvironment)
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "8085"
	}
	server := pstest.NewServerWithAddress(":" + port)
	for _, topic := range topics(os.Getenv("PUBSUB_TOPICS")) {
		name := fmt.Sprintf("projects/%s/topics/%s", project, topic)
		if _, err := server.GServer.CreateTopic(context.Background(), &pubsubpb.Topic{Name: name}); err != nil {
			log.Printf("pubsub-emulator: topic %s: %v", topic, err)
			os.Exit(wrongEnvironment)
		}
		log.Printf("pubsub-emulator: made %s", name)
	}
	log.Printf("pubsub-emulator: serving on port %s", port)

	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, syscall.SIGINT, syscall.SIGTERM)
	<-stopped
	if err := server.Close(); err != nil {
		log.Fatalf("pubsub-emulator: %v", err)
	}
}

func topics(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
