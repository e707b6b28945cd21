namespace Grpc.Wire;

/// <summary>Header names and values of gRPC over HTTP/2.</summary>
internal static class Names
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Identity = "identity";

    // Of the transport, not of the call: they are not metadata.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        Encoding, AcceptEncoding, Timeout, Status, Message, "content-type", "te", "host", "accept-encoding",
        "content-length", "transfer-encoding", "connection",
    };

    public static bool IsMetadata(string header) => !header.StartsWith(':') && !Reserved.Contains(header);

    /// <summary>"application/grpc", with or without a suffix such as "+proto"; not "application/grpc-web".</summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is '+' or ';' or ' ');
}
