using System.Text.Json;
using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Page;

/// <summary>Who gets to see Orleans' own dashboard.</summary>
public sealed class OrleansPageTests
{
    [Fact]
    public async Task Orleans_OfASiloWithTokens_IsShownToItsAdminAlone()
    {
        await using var silo = await PageSilo.StartAsync(hasToken: true, hasOrleans: true);
        foreach (string path in new[] { "/orleans/", "/orleans/index.min.js", "/orleans/DashboardCounters", "/Orleans/ClusterStats" })
        {
            var stranger = await AskAsync(silo.Address, path, token: null);
            stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
            stranger.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Basic");

            (await AskAsync(silo.Address, path, "nobodys")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
            (await AskAsync(silo.Address, path, PageSilo.ReadToken)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
            (await AskAsync(silo.Address, path, PageSilo.TenantToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
            (await AskAsync(silo.Address, path, PageSilo.AdminToken)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
            (await AskAsync(silo.Address, path, PageSilo.AdminToken, isPassword: true)).StatusCode.ShouldBe(HttpStatusCode.OK, path);

            // The port of clients knows no passwords.
            (await AskAsync(new Uri(silo.Listens), path, PageSilo.AdminToken, version: HttpVersion.Version20)).StatusCode
                .ShouldBe(HttpStatusCode.Unauthorized, path);
        }

        (await AskAsync(silo.Address, "/orleans/Trace", PageSilo.AdminToken)).StatusCode
            .ShouldBe(HttpStatusCode.Forbidden, "the log has texts of every tenant");
    }

    [Fact]
    public async Task Orleans_OfASiloWithoutTokens_IsShownOnThisMachine()
    {
        await using var silo = await PageSilo.StartAsync(hasOrleans: true);
        var answer = await AskAsync(silo.Address, "/orleans/DashboardCounters", token: null);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("\"totalActivationCount\":");
    }

    [Fact]
    public async Task Orleans_WhileAJobRuns_ListsItsCandidateGrains()
    {
        await using var silo = await PageSilo.StartAsync(hasOrleans: true);
        string job = await silo.SubmitAsync(PageSilo.Endless, "endless");
        await silo.UntilAsync(job, happened => happened.CandidateChanged?.State == CandidateState.Running);

        // It counts once a second.
        string counted;
        do
        {
            var answer = await AskAsync(silo.Address, "/orleans/DashboardCounters", token: null);
            counted = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
        while (!counted.Contains("CandidateGrain", StringComparison.Ordinal));

        using var counters = JsonDocument.Parse(counted);
        counters.RootElement.GetProperty("simpleGrainStats").EnumerateArray()
            .Where(grain => grain.GetProperty("grainType").GetString()!.Contains("CandidateGrain", StringComparison.Ordinal))
            .Sum(grain => grain.GetProperty("activationCount").GetInt32()).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Orleans_OfASiloThatDoesNotShowIt_IsNotThere()
    {
        await using var silo = await PageSilo.StartAsync();

        (await AskAsync(silo.Address, "/orleans/", token: null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<HttpResponseMessage> AskAsync(
        Uri server, string path, string? token, bool isPassword = false, Version? version = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, path))
        {
            Version = version ?? HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Authorization = token is null ? null
            : isPassword ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{token}")))
            : new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
