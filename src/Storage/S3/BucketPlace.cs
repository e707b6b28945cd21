namespace Cluster.Storage.S3;

/// <summary>Where artefacts are, in a bucket of an S3 service.</summary>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Prefix">What all keys begin with: empty, or a path that ends in a slash.</param>
/// <param name="Endpoint">The service's address, or null for Amazon's own in the region of AWS_REGION.</param>
public sealed record BucketPlace(string Bucket, string Prefix, Uri? Endpoint)
{
    /// <summary>What such a place begins with, where folders do not.</summary>
    public const string Scheme = "s3://";

    /// <summary>Whether a text names a bucket rather than a folder.</summary>
    public static bool Is(string text) => text.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>Reads <c>s3://BUCKET[/PREFIX]</c>; null where it is something else.</summary>
    /// <param name="text">The place.</param>
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

    /// <summary>As it is told to people.</summary>
    public override string ToString() =>
        $"{Scheme}{Bucket}/{Prefix}" + (Endpoint is null ? "" : $" at {Endpoint.GetLeftPart(UriPartial.Authority)}");
}
