using System.Collections.Frozen;
using System.Net.Mime;
using Microsoft.Net.Http.Headers;

namespace Cluster.Silo.Page;

/// <summary>The page's files, part of the program: plain HTML, style sheets and modules, unchanged from the sources.</summary>
internal static class PageFiles
{
    private const string Prefix = "page/";
    private const string Start = "index.html";

    private static readonly FrozenDictionary<string, PageFile> Files = typeof(PageFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => "/" + name[Prefix.Length..], Read, StringComparer.Ordinal);

    /// <summary>Their paths.</summary>
    public static IEnumerable<string> Paths => Files.Keys;

    public static async Task ServeAsync(HttpContext http)
    {
        var (request, response) = (http.Request, http.Response);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
            return;
        }

        if (!Files.TryGetValue(request.Path == "/" ? $"/{Start}" : request.Path.Value!, out var file))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync("There is no such page here: the page is at /.\n", http.RequestAborted);
            return;
        }

        // A newer program has newer files: a browser asks each time, and usually learns that its own are still current.
        response.Headers.CacheControl = "no-cache";
        await Results.Bytes(file.Content, file.Type, entityTag: file.Tag).ExecuteAsync(http);
    }

    private static PageFile Read(string name)
    {
        using var source = typeof(PageFiles).Assembly.GetManifestResourceStream(name)!;
        using var content = new MemoryStream();
        source.CopyTo(content);
        byte[] bytes = content.ToArray();
        return new PageFile(bytes, TypeOf(name), new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\""));
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => $"{MediaTypeNames.Text.Html}; charset=utf-8",
        ".css" => $"{MediaTypeNames.Text.Css}; charset=utf-8",
        ".js" => $"{MediaTypeNames.Text.JavaScript}; charset=utf-8",
        ".svg" => MediaTypeNames.Image.Svg,
        var other => throw new InvalidOperationException($"The page has a file of the kind {other}, whose media type is not stated."),
    };

    private sealed record PageFile(byte[] Content, string Type, EntityTagHeaderValue Tag);
}
