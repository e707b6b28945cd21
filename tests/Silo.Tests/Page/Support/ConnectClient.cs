using System.Text.Json.Nodes;

namespace Cluster.Silo.Tests.Page;

/// <summary>Calls the page's port as its scripts do.</summary>
internal static class ConnectClient
{
    /// <summary>A call with one answer.</summary>
    public static async Task<(HttpStatusCode Status, JsonNode? Answer)> CallAsync(
        PageSilo silo, string method, string json, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient();
        using var request = Request(silo, method, Encoding.UTF8.GetBytes(json), "application/json", headers);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(text) : null);
    }

    /// <summary>A stream to its end: its messages, the last of which is the end.</summary>
    public static async Task<IReadOnlyList<string>> StreamAsync(PageSilo silo, string method, string json)
    {
        using var http = new HttpClient();
        using var request = Request(silo, method, Envelope.Of(Encoding.UTF8.GetBytes(json)), "application/connect+json", []);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/connect+json");
        ReadOnlyMemory<byte> rest = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var messages = new List<string>();
        while (Envelope.First(rest) is { } message)
        {
            messages.Add(Encoding.UTF8.GetString(message.Span));
            bool isLast = rest.Length == Envelope.HeaderLength + message.Length;
            (rest.Span[0] == Envelope.End).ShouldBe(isLast, "only the last one ends the stream");
            rest = rest[(Envelope.HeaderLength + message.Length)..];
        }

        rest.Length.ShouldBe(0);
        return messages;
    }

    private static HttpRequestMessage Request(
        PageSilo silo, string method, byte[] body, string type, (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(silo.Address, $"/cluster.v1.{method}"))
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new(headers.FirstOrDefault(header => header.Name == "Content-Type").Value ?? type);
        foreach (var (name, value) in headers.Where(header => header.Name != "Content-Type"))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}
