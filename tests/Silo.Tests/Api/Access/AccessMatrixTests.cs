using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Cluster.Contract.V1;
using Cluster.Silo.Api;
using Cluster.Silo.Api.Access;
using Cluster.Silo.Tests.Telemetry;
using Cluster.Terminal;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Cluster.Silo.Tests.Api.Access;

/// <summary>Who may make which call. A call of the contract that has no row here fails.</summary>
[Collection("api")]
public sealed class AccessMatrixTests
{
    private static readonly Dictionary<string, Role> Needed = new(StringComparer.Ordinal)
    {
        ["cluster.v1.ArtefactService/DownloadArtefact"] = Role.Read,
        ["cluster.v1.ArtefactService/UploadArtefact"] = Role.Submit,
        ["cluster.v1.JobService/CancelJob"] = Role.Submit,
        ["cluster.v1.JobService/CreateJob"] = Role.Submit,
        ["cluster.v1.JobService/DeleteJob"] = Role.Submit,
        ["cluster.v1.JobService/GetJob"] = Role.Read,
        ["cluster.v1.JobService/ListCandidates"] = Role.Read,
        ["cluster.v1.JobService/ListJobs"] = Role.Read,
        ["cluster.v1.JobService/PauseJob"] = Role.Submit,
        ["cluster.v1.JobService/ResumeJob"] = Role.Submit,
        ["cluster.v1.JobService/WatchJob"] = Role.Read,
        ["cluster.v1.NodeService/CordonNode"] = Role.Admin,
        ["cluster.v1.NodeService/DrainNode"] = Role.Admin,
        ["cluster.v1.NodeService/ListNodes"] = Role.Read,
        ["cluster.v1.NodeService/UncordonNode"] = Role.Admin,
    };

    private static readonly TokenList Tokens = TokenList.Parse(
        "--tokens test",
        $"""
        # One of each.
        name=reader role=read sha256={Digest("reader")}
        name=submitter role=submit sha256={Digest("submitter")}

        name=operator role=admin sha256={Digest("operator")}
        """);

    [Fact]
    public void Rows_AreTheCallsOfTheContract()
    {
        ServiceDescriptor[] services = [.. typeof(JobService).Assembly.GetTypes()
            .Select(type => type.GetProperty("Descriptor", typeof(ServiceDescriptor)))
            .OfType<System.Reflection.PropertyInfo>()
            .Select(property => (ServiceDescriptor)property.GetValue(null)!)
            .Where(service => service.FullName.StartsWith("cluster.", StringComparison.Ordinal))];

        services.SelectMany(service => service.Methods).Select(method => $"{method.Service.FullName}/{method.Name}")
            .Order(StringComparer.Ordinal)
            .ShouldBe(Needed.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Calls_AreLetInByRole()
    {
        await using var host = await ApiHost.StartAsync(new ApiOptions { PageTokenKey = ApiHost.Key, Tokens = () => Tokens });
        using var client = Client(host);
        foreach (var (method, needed) in Needed)
        {
            (await CallAsync(client, method, token: null)).ShouldBe(StatusCode.Unauthenticated, method);
            (await CallAsync(client, method, "guess")).ShouldBe(StatusCode.PermissionDenied, method);
            foreach (var (token, role) in new[] { ("reader", Role.Read), ("submitter", Role.Submit), ("operator", Role.Admin) })
            {
                var code = await CallAsync(client, method, token);
                (code is not (StatusCode.Unauthenticated or StatusCode.PermissionDenied)).ShouldBe(
                    role >= needed, $"{method} by {role} ended with {code}");
            }
        }
    }

    [Fact]
    public async Task Calls_WithoutTokens_AreLetIn()
    {
        await using var host = await ApiHost.StartAsync();
        using var client = Client(host);
        foreach (string method in Needed.Keys)
        {
            (await CallAsync(client, method, token: null))
                .ShouldNotBeOneOf(StatusCode.Unauthenticated, StatusCode.PermissionDenied);
        }
    }

    [Fact]
    public async Task Calls_ThatChangeSomething_AreInTheLogWithTheirCaller()
    {
        using var log = new LineLog();
        await using var host = await ApiHost.StartAsync(
            new ApiOptions { PageTokenKey = ApiHost.Key, Tokens = () => Tokens },
            builder => builder.Services.AddSingleton<ILoggerProvider>(log));
        var headers = new Metadata { { "authorization", "Bearer submitter" } };

        await host.Jobs.ListJobsAsync(new ListJobsRequest(), headers);
        await Errors.OfAsync(() => host.Jobs.CancelJobAsync(new CancelJobRequest { Name = "jobs/j-1\nforged" }, headers).ResponseAsync);

        string line = log.Lines.Where(entry => entry.Id == 2601).ShouldHaveSingleItem().Text;
        line.ShouldStartWith("submitter from ipv4:127.0.0.1:");
        line.ShouldContain(" called cluster.v1.JobService/CancelJob of 'jobs/j-1");
        line.ShouldEndWith("forged': invalid_argument");
        line.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("", "has no line where 'name=NAME role=read|submit|admin sha256=DIGEST' is expected: nobody could call.")]
    [InlineData("name=a", "line 1, gives a no role")]
    [InlineData("role=read", "line 1, has no name")]
    [InlineData("name=a role=chief", "line 1, gives a no role")]
    [InlineData("\nname=a role=read sha256=12", "line 2, gives a no digest")]
    [InlineData("name=a role=read team=b", "line 1, has 'team=b'")]
    [InlineData("name=a name=b", "line 1, has 'name=b'")]
    public void Parse_WhatIsWrong_IsASentence(string text, string expected) =>
        Should.Throw<UsageException>(() => TokenList.Parse("--tokens t", text)).Message.ShouldContain(expected);

    [Fact]
    public void Parse_OneNameOrTokenTwice_IsRefused()
    {
        string first = $"name=a role=read sha256={Digest("x")}";

        Refusal($"{first}\nname=a role=admin sha256={Digest("y")}").ShouldContain("names a twice");
        Refusal($"{first}\nname=b role=admin sha256={Digest("x")}").ShouldContain("gives a and b one token");

        static string Refusal(string text) => Should.Throw<UsageException>(() => TokenList.Parse("--tokens t", text)).Message;
    }

    private static string Digest(string token) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)));

    private static HttpClient Client(ApiHost host) => new()
    {
        BaseAddress = new Uri($"http://{host.Channel.Target}"),
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    // The empty message, which every call takes, and refuses or answers at once.
    private static async Task<StatusCode> CallAsync(HttpClient client, string method, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var status = response.TrailingHeaders.TryGetValues("grpc-status", out var trailers)
            ? trailers
            : response.Headers.GetValues("grpc-status");
        return (StatusCode)int.Parse(status.Single(), CultureInfo.InvariantCulture);
    }
}
