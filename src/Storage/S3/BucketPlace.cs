namespace Cluster.Storage.S3;

/// <summary>The place of artefacts, in a bucket of an S3 service.</summary>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Prefix">The prefix of all keys: empty, or a path that ends in a slash.</param>
/// <param name="Endpoint">The service's address, or null for Amazon's own in the region of AWS_REGION.</param>
public sealed record BucketPlace(string Bucket, string Prefix, Uri? Endpoint)
{
    /// <summary>The prefix that distinguishes such a place from a folder.</summary>
    public const string Scheme = "s3://";

    /// <summary>Whether a text names a bucket rather than a folder.</summary>
    public static bool Is(string text) => text.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>Parses <c>s3://BUCKET[/PREFIX]</c>; null for anything else.</summary>
    /// <param name="text">The text of the place.</param>
    /// <param name="endpoint">See <see cref="Endpoint"/>.</param>
    public static BucketPlace? Parse(string text, Uri? endpoint)
    {
        if (!Is(text))
        {
            return null;
        }

        string[] parts = text[Scheme.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 0 && parts[0].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-')
            ? new BucketPlace(parts[0], string.Concat(parts.Skip(1).Select(part => $"{part}/")), endpoint)
            : null;
    }

    /// <summary>The place for messages.</summary>
    public override string ToString() =>
        $"{Scheme}{Bucket}/{Prefix}" + (Endpoint is null ? "" : $" at {Endpoint.GetLeftPart(UriPartial.Authority)}");
}
