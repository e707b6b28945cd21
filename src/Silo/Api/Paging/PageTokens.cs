using System.Buffers.Text;

namespace Cluster.Silo.Api.Paging;

/// <summary>
/// Page tokens: a position in a list, bound to the request that it belongs to by a signature. Opaque to clients, who
/// cannot forge them.
/// </summary>
internal sealed class PageTokens(ApiOptions options)
{
    // RFC 2104 allows half of an HMAC-SHA256, which is plenty for a position in a list.
    private const int SignatureLength = 16;

    /// <summary>A token for the items after a position.</summary>
    /// <param name="request">The list and its filter; a token is valid for this request only.</param>
    public string Write(string request, string position)
    {
        var text = Encoding.UTF8.GetBytes(position);
        return Base64Url.EncodeToString([.. Sign(request, text), .. text]);
    }

    /// <summary>The position in a token; null for the first page.</summary>
    /// <exception cref="Grpc.Core.RpcException">The token was not issued for this request.</exception>
    public string? Read(string request, string token)
    {
        if (token.Length == 0)
        {
            return null;
        }

        if (Base64Url.IsValid(token))
        {
            var bytes = Base64Url.DecodeFromChars(token);
            if (bytes.Length >= SignatureLength
                && CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, SignatureLength), Sign(request, bytes[SignatureLength..])))
            {
                return Encoding.UTF8.GetString(bytes, SignatureLength, bytes.Length - SignatureLength);
            }
        }

        throw ApiError.Field(
            Reason.PageTokenInvalid,
            "page_token",
            "The page token was not given out for this request: begin with an empty one, and keep the filter while turning pages.");
    }

    private byte[] Sign(string request, byte[] position)
    {
        var name = Encoding.UTF8.GetBytes(request);
        byte[] signed = [.. BitConverter.GetBytes(name.Length), .. name, .. position];
        return HMACSHA256.HashData(options.PageTokenKey, signed)[..SignatureLength];
    }
}
