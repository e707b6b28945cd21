using System.Text.Json.Nodes;
using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Page;

public sealed class ConnectTests(PageSilos silos) : IClassFixture<PageSilos>
{
    private const string Bearer = $"Bearer {PageSilo.Token}";

    [Fact]
    public async Task Call_Unary_AnswersAsGrpcDoes()
    {
        string job = await silos.Open.SubmitAsync(PageSilo.Fast, "one");
        await silos.Open.UntilAsync(job, happened => happened.StateChanged?.State == JobState.Succeeded);

        var (status, answer) = await ConnectClient.CallAsync(silos.Open, "JobService/GetJob", $$"""{"name":"{{job}}"}""");

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

        var messages = await ConnectClient.StreamAsync(silos.Open, "JobService/WatchJob", $$"""{"name":"{{job}}"}""");
        var later = await ConnectClient.StreamAsync(silos.Open, "JobService/WatchJob", $$"""{"name":"{{job}}","afterSequence":"5"}""");

        messages[^1].ShouldBe("{}");
        messages.SkipLast(1).Select(JsonParser.Default.Parse<JobEvent>).Where(happened => happened.Heartbeat is null)
            .ShouldBe(expected.Where(happened => happened.Heartbeat is null));
        later.ShouldBe(messages.Skip(5));
    }

    [Fact]
    public async Task Call_Streaming_OfAJobThatIsNotThere_EndsInItsError()
    {
        var messages = await ConnectClient.StreamAsync(silos.Open, "JobService/WatchJob", """{"name":"jobs/none"}""");

        var error = JsonNode.Parse(messages.Single())!["error"]!;
        ((string)error["code"]!).ShouldBe("not_found");
        ((string)error["message"]!).ShouldBe("There is no job none.");
        ((string)error["details"]![0]!["type"]!).ShouldBe("google.rpc.ErrorInfo");
    }

    [Theory]
    [InlineData("JobService/GetJob", """{"name":"jobs/none"}""", HttpStatusCode.NotFound, "not_found")]
    [InlineData("JobService/ListJobs", """{"pageSize":-1}""", HttpStatusCode.BadRequest, "invalid_argument")]
    [InlineData("JobService/ListJobs", "no JSON", HttpStatusCode.BadRequest, "invalid_argument")]
    [InlineData("JobService/ListJobs", """{"pageSize":"many"}""", HttpStatusCode.BadRequest, "invalid_argument")]
    [InlineData("JobService/CancelJob", """{"name":"jobs/none"}""", HttpStatusCode.Forbidden, "permission_denied")]
    public async Task Call_ThatIsWrong_IsToldSo(string method, string json, HttpStatusCode status, string code)
    {
        var (found, answer) = await ConnectClient.CallAsync(silos.Open, method, json);

        found.ShouldBe(status);
        ((string)answer!["code"]!).ShouldBe(code);
        ((string)answer["message"]!).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Call_OfAHundredThousandBytes_IsRefused()
    {
        string json = $$"""{"name":"{{new string('x', 100_000)}}"}""";

        var (status, answer) = await ConnectClient.CallAsync(silos.Open, "JobService/GetJob", json);

        status.ShouldBe(HttpStatusCode.BadRequest);
        ((string)answer!["message"]!).ShouldContain("more than 65536 bytes");
    }

    [Fact]
    public async Task Call_WithFortyKilobytesOfHeaders_IsRefused() =>
        (await ConnectClient.CallAsync(silos.Open, "JobService/ListJobs", "{}", ("Test-Long", new string('x', 40_000))))
            .Status.ShouldBe(HttpStatusCode.RequestHeaderFieldsTooLarge);

    [Fact]
    public async Task Call_OfAStranger_IsRefusedWithoutItsBody()
    {
        using var socket = await BeginAsync(silos.Guarded, "");
        using var reader = new StreamReader(socket.GetStream());

        // Whoever read the body would wait for it.
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("HTTP/1.1 401 Unauthorized");
    }

    [Fact]
    public async Task Call_WhoseBodyEndsEarly_IsNoErrorOfTheServers()
    {
        using var ends = new RequestEnds();
        using (var socket = await BeginAsync(silos.Open, "{"))
        {
            socket.Client.Shutdown(SocketShutdown.Send);

            (await ends.NextAsync()).ShouldBeNull();
        }
    }

    // A call of which part of the body is sent.
    private static async Task<TcpClient> BeginAsync(PageSilo silo, string body)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, silo.Address.Port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /cluster.v1.JobService/ListJobs HTTP/1.1\r\nHost: {silo.Address.Authority}\r\n"
                + $"{RequestEnds.Mark}: 1\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{body}"),
            TestContext.Current.CancellationToken);
        return socket;
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Content-Type", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    public async Task Call_FromAnotherSite_IsRefusedEvenWithTheToken(string header, string value, HttpStatusCode status) =>
        (await ConnectClient.CallAsync(silos.Guarded, "JobService/ListJobs", "{}", ("Authorization", Bearer), (header, value)))
            .Status.ShouldBe(status);

    [Fact]
    public async Task Call_UnderANameThatMayLeadAnywhere_NeedsTokens()
    {
        (await ConnectClient.CallAsync(silos.Open, "JobService/ListJobs", "{}", ("Host", "rebound.example")))
            .Status.ShouldBe(HttpStatusCode.Forbidden);
        (await ConnectClient.CallAsync(silos.Open, "JobService/ListJobs", "{}", ("Host", $"localhost:{silos.Open.Address.Port}")))
            .Status.ShouldBe(HttpStatusCode.OK);
        (await ConnectClient.CallAsync(silos.Guarded, "JobService/ListJobs", "{}", ("Host", "cluster.example"), ("Authorization", Bearer)))
            .Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Call_OfEachMethod_NeedsATokenAndItsRole()
    {
        foreach (var method in ConnectMethod.All.Where(method => !method.Descriptor.IsServerStreaming))
        {
            string path = $"{method.Descriptor.Service.Name}/{method.Descriptor.Name}";
            const string Json = """{"name":"jobs/none"}""";
            (await ConnectClient.CallAsync(silos.Guarded, path, Json)).Status.ShouldBe(HttpStatusCode.Unauthorized, path);
            (await ConnectClient.CallAsync(silos.Guarded, path, Json, ("Authorization", "Bearer other")))
                .Status.ShouldBe(HttpStatusCode.Forbidden, path);
            var (status, answer) = await ConnectClient.CallAsync(
                silos.Guarded, path, Json, ("Authorization", $"Bearer {PageSilo.ReadToken}"));

            (status == HttpStatusCode.Forbidden).ShouldBe(method.Changes, $"{path} ended with {status}");
            if (method.Changes)
            {
                ((string)answer!["code"]!).ShouldBe("permission_denied", path);
                ((string)answer["message"]!).ShouldStartWith("The call's token does not have the role submit that this call needs");
            }
        }
    }
}
