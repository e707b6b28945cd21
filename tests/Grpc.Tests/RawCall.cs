using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Cluster.Grpc.Tests;

/// <summary>A call made byte by byte, as no client would.</summary>
/// <param name="HttpStatus">Status of the response.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Trailers">Its trailers.</param>
/// <param name="Body">Its body.</param>
internal sealed record RawCall(HttpStatusCode HttpStatus, HttpResponseHeaders Headers, HttpResponseHeaders Trailers, byte[] Body)
{
    /// <summary>The value of grpc-status, wherever it stands.</summary>
    public string? Status => Value("grpc-status");

    /// <summary>The value of grpc-message as sent.</summary>
    public string? Message => Value("grpc-message");

    public static byte[] Frame(byte flag, uint length, byte[] payload)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length);
        payload.CopyTo(frame, 5);
        return frame;
    }

    public static byte[] Frame(IMessage message) => Frame(0, (uint)message.CalculateSize(), message.ToByteArray());

    public static async Task<RawCall> PostAsync(
        ProbeServer server, string path, byte[] body, string contentType = "application/grpc", params (string Key, string Value)[] headers)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(server.Address), path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (key, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(key, value);
        }

        using var response = await client.SendAsync(request);
        return new RawCall(response.StatusCode, response.Headers, response.TrailingHeaders, await response.Content.ReadAsByteArrayAsync());
    }

    private string? Value(string name) =>
        Headers.TryGetValues(name, out var values) || Trailers.TryGetValues(name, out values) ? string.Join(',', values) : null;
}
