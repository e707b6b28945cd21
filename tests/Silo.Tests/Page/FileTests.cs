using Cluster.Silo.Page;

namespace Cluster.Silo.Tests.Page;

[Collection(nameof(PageSilos))]
public sealed class FileTests(PageSilos silos)
{
    [Fact]
    public async Task Files_AreServedUnderAStrictPolicy()
    {
        using var http = new HttpClient { BaseAddress = silos.Open.Address };
        foreach (string path in PageFiles.Paths.Append("/"))
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';");
            policy.ShouldContain("frame-ancestors 'none'");
            policy.ShouldNotContain("unsafe");
            answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
            answer.Headers.GetValues("Referrer-Policy").Single().ShouldBe("no-referrer");
            answer.Headers.CacheControl!.ToString().ShouldBe("no-cache");
            answer.Content.Headers.ContentType!.MediaType.ShouldBeOneOf("text/html", "text/css", "text/javascript", "image/svg+xml");
        }
    }

    [Fact]
    public async Task Files_References_Exist()
    {
        using var http = new HttpClient { BaseAddress = silos.Open.Address };
        string start = await http.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        start.ShouldNotContain("style=");
        start.ShouldNotContain("onclick");
        foreach (string path in PageFiles.Paths)
        {
            string text = await http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            foreach (string place in text.Split('"').Where(part => part.EndsWith(".js", StringComparison.Ordinal) && part.StartsWith('.')))
            {
                PageFiles.Paths.ShouldContain(new Uri(new Uri(http.BaseAddress, path), place).AbsolutePath);
            }

            text.ShouldNotContain("innerHTML");
        }
    }

    [Fact]
    public async Task File_CachedByBrowser_IsNotResent()
    {
        using var http = new HttpClient { BaseAddress = silos.Open.Address };
        using var first = await http.GetAsync(new Uri("/main.js", UriKind.Relative), TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/main.js");
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(first.Headers.ETag!.Tag));

        using var again = await http.SendAsync(request, TestContext.Current.CancellationToken);

        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/../Program.cs", HttpStatusCode.NotFound)]
    [InlineData("POST", "/", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/cluster.v1.JobService/CreateJob", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/cluster.v1.JobService/GetJob", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    public async Task Request_ForWhatThereIsNot_IsRefused(string method, string path, HttpStatusCode status)
    {
        using var http = new HttpClient { BaseAddress = silos.Open.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(status);
        answer.Headers.Contains("Content-Security-Policy").ShouldBeTrue();
    }
}
