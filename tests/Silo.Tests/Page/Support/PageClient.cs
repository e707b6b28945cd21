using System.Text.Json.Nodes;

namespace Cluster.Silo.Tests.Page;

/// <summary>Calls the page's port as its scripts do.</summary>
internal static class PageClient
{
    /// <summary>A call with one answer.</summary>
    /// <param name="silo">The server.</param>
    /// <param name="path">Below /v1, with the query; that of a change has a verb.</param>
    /// <param name="json">The body of a change; null: a reading.</param>
    /// <param name="headers">Its headers.</param>
    public static async Task<(HttpStatusCode Status, JsonNode? Answer)> CallAsync(
        PageSilo silo, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        var (status, type, text) = await SendAsync(silo, path, json, headers);
        return (status, type == "application/json" ? JsonNode.Parse(text) : null);
    }

    /// <summary>The messages of a stream, a line each.</summary>
    public static async Task<IReadOnlyList<string>> StreamAsync(PageSilo silo, string path)
    {
        var (status, _, text) = await SendAsync(silo, path, json: null, []);
        status.ShouldBe(HttpStatusCode.OK);
        text.ShouldEndWith("\n");
        return text[..^1].Split('\n');
    }

    private static async Task<(HttpStatusCode Status, string? Type, string Text)> SendAsync(
        PageSilo silo, string path, string? json, (string Name, string Value)[] headers)
    {
        using var http = new HttpClient();
        var method = json is null ? HttpMethod.Get : HttpMethod.Post;
        using var request = new HttpRequestMessage(method, new Uri(silo.Address, $"/v1/{path}"));
        if (json is not null)
        {
            string type = headers.FirstOrDefault(header => header.Name == "Content-Type").Value ?? "application/json";
            request.Content = new StringContent(json, new MediaTypeHeaderValue(type));
        }

        foreach (var (name, value) in headers.Where(header => header.Name != "Content-Type"))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, text);
    }
}
