using System.Text.Json.Nodes;
using Cluster.Contract.V1;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace Cluster.Silo.Tests.Page;

[Collection(nameof(PageSilos))]
public sealed class CallTests(PageSilos silos)
{
    private const string Bearer = $"Bearer {PageSilo.Token}";

    [Fact]
    public async Task Call_Unary_AnswersAsGrpcDoes()
    {
        string job = await silos.Open.SubmitAsync(PageSilo.Fast, "one");
        await silos.Open.UntilAsync(job, happened => happened.StateChanged?.State == JobState.Succeeded);

        var (status, answer) = await PageClient.CallAsync(silos.Open, job);

        status.ShouldBe(HttpStatusCode.OK);
        var told = JsonParser.Default.Parse<Job>(answer!.ToJsonString());
        told.ShouldBe(await silos.Open.Jobs.GetJobAsync(new GetJobRequest { Name = job }));
        told.Sensitivities.Single().Groups.Count.ShouldBe(told.Groups.Count);
    }

    [Fact]
    public async Task Call_Streaming_HasEveryEventOnceAndGoesOnAfterTheLast()
    {
        string job = await silos.Open.SubmitAsync(PageSilo.Fast, "two");
        var expected = new List<JobEvent>();
        await silos.Open.UntilAsync(job, happened =>
        {
            expected.Add(happened);
            return false;
        });

        var messages = await PageClient.StreamAsync(silos.Open, $"{job}:watch?heartbeatInterval=5s");
        var later = await PageClient.StreamAsync(silos.Open, $"{job}:watch?afterSequence=5");

        messages.Select(JsonParser.Default.Parse<JobEvent>).Where(happened => happened.Heartbeat is null)
            .ShouldBe(expected.Where(happened => happened.Heartbeat is null));
        later.ShouldBe(messages.Skip(5));
    }

    [Theory]
    [InlineData("jobs/none", null, HttpStatusCode.NotFound, StatusCode.NotFound)]
    [InlineData("jobs/none:watch", null, HttpStatusCode.NotFound, StatusCode.NotFound)]
    [InlineData("jobs?pageSize=-1", null, HttpStatusCode.BadRequest, StatusCode.InvalidArgument)]
    [InlineData("jobs?pageSize=many", null, HttpStatusCode.BadRequest, StatusCode.InvalidArgument)]
    [InlineData("jobs/none:cancel", "{}", HttpStatusCode.Forbidden, StatusCode.PermissionDenied)]
    public async Task Call_InvalidRequest_IsRefused(string path, string? json, HttpStatusCode status, StatusCode code)
    {
        var (found, answer) = await PageClient.CallAsync(silos.Open, path, json);

        found.ShouldBe(status);
        ((int)answer!["code"]!).ShouldBe((int)code);
        ((string)answer["message"]!).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Call_UnknownJob_HasReason()
    {
        var (_, answer) = await PageClient.CallAsync(silos.Open, "jobs/none");

        ((string)answer!["message"]!).ShouldBe("No job none.");
        ((string)answer["details"]![0]!["@type"]!).ShouldBe("type.googleapis.com/google.rpc.ErrorInfo");
        ((string)answer["details"]![0]!["reason"]!).ShouldBe("JOB_UNKNOWN");
    }

    [Theory]
    [InlineData("no JSON", "application/json", "Request JSON payload is not correctly formatted.")]
    [InlineData("{}", "text/plain", "content type 'text/plain'")]
    [InlineData(null, "application/json", "The max request body size is 65536 bytes.")]
    public async Task Change_WithAnotherBody_IsRefused(string? body, string type, string expected)
    {
        var (status, answer) = await PageClient.CallAsync(
            silos.Guarded,
            "jobs/none:cancel",
            body ?? $$"""{"reason":"{{new string('x', 100_000)}}"}""",
            ("Authorization", Bearer),
            ("Content-Type", type));

        status.ShouldBe(HttpStatusCode.BadRequest);
        ((string)answer!["message"]!).ShouldContain(expected);
    }

    [Fact]
    public async Task Call_WithFortyKilobytesOfHeaders_IsRefused() =>
        (await PageClient.CallAsync(silos.Open, "jobs", json: null, ("Test-Long", new string('x', 40_000))))
            .Status.ShouldBe(HttpStatusCode.RequestHeaderFieldsTooLarge);

    [Fact]
    public async Task Change_OfAStranger_IsRefusedWithoutItsBody()
    {
        using var socket = await BeginAsync(silos.Guarded, "", "");
        using var reader = new StreamReader(socket.GetStream());

        // Whoever read the body would wait for it.
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("HTTP/1.1 401 Unauthorized");
    }

    [Fact]
    public async Task Change_WhoseBodyEndsEarly_IsNoErrorOfTheServers()
    {
        using var ends = new RequestEnds();
        using (var socket = await BeginAsync(silos.Guarded, $"Authorization: {Bearer}\r\n", "{"))
        {
            socket.Client.Shutdown(SocketShutdown.Send);

            (await ends.NextAsync()).ShouldBeNull();
        }
    }

    // A change of which part of the body is sent.
    private static async Task<TcpClient> BeginAsync(PageSilo silo, string header, string body)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, silo.Address.Port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /v1/jobs/none:pause HTTP/1.1\r\nHost: {silo.Address.Authority}\r\n{header}"
                + $"{RequestEnds.Mark}: 1\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{body}"),
            TestContext.Current.CancellationToken);
        return socket;
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    public async Task Call_FromAnotherSite_IsRefusedEvenWithTheToken(string header, string value, HttpStatusCode status) =>
        (await PageClient.CallAsync(silos.Guarded, "jobs", json: null, ("Authorization", Bearer), (header, value)))
            .Status.ShouldBe(status);

    [Fact]
    public async Task Call_UnknownHost_RequiresToken()
    {
        (await PageClient.CallAsync(silos.Open, "jobs", json: null, ("Host", "rebound.example")))
            .Status.ShouldBe(HttpStatusCode.Forbidden);
        (await PageClient.CallAsync(silos.Open, "jobs", json: null, ("Host", $"localhost:{silos.Open.Address.Port}")))
            .Status.ShouldBe(HttpStatusCode.OK);
        (await PageClient.CallAsync(silos.Guarded, "jobs", json: null, ("Host", "cluster.example"), ("Authorization", Bearer)))
            .Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Call_OfEachRule_NeedsATokenAndItsRole()
    {
        var rules = silos.Guarded.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>())
            .OfType<GrpcJsonTranscodingMetadata>().ToArray();
        rules.Length.ShouldBe(8);
        foreach (var (method, rule) in rules.Select(found => (found.MethodDescriptor.Name, found.HttpRule)))
        {
            bool changes = rule.PatternCase == Google.Api.HttpRule.PatternOneofCase.Post;
            string path = (changes ? rule.Post : rule.Get)["/v1/".Length..].Replace("{name=", "").Replace("*}", "none");
            string? json = changes ? "{}" : null;
            (await PageClient.CallAsync(silos.Guarded, path, json)).Status.ShouldBe(HttpStatusCode.Unauthorized, method);
            (await PageClient.CallAsync(silos.Guarded, path, json, ("Authorization", "Bearer other")))
                .Status.ShouldBe(HttpStatusCode.Forbidden, method);
            var (status, answer) = await PageClient.CallAsync(
                silos.Guarded, path, json, ("Authorization", $"Bearer {PageSilo.ReadToken}"));

            (status == HttpStatusCode.Forbidden).ShouldBe(changes, $"{method} ended with {status}");
            if (changes)
            {
                ((int)answer!["code"]!).ShouldBe((int)StatusCode.PermissionDenied, method);
                ((string)answer["message"]!).ShouldStartWith("The call's token does not have the role submit that this call needs");
                ((string)answer["details"]![0]!["reason"]!).ShouldBe("ROLE_MISSING");
            }
        }
    }

    [Fact]
    public async Task Call_AtThePortOfClients_IsNotThere()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(silos.Open.Listens), "/v1/jobs"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
