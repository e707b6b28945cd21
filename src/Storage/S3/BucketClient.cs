using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Cluster.Storage.S3;

/// <summary>The objects of a bucket below a prefix, by names without the prefix. Thread-safe.</summary>
/// <remarks>Every member throws a <see cref="StoreUnavailableException"/> if the service refuses or cannot be reached.</remarks>
public sealed class BucketClient : IDisposable
{
    private const string Probe = ".probe";

    private readonly BucketPlace _place;
    private readonly AmazonS3Client _s3;

    /// <param name="place">The bucket and prefix.</param>
    /// <param name="s3">The service's client, disposed of with this.</param>
    internal BucketClient(BucketPlace place, AmazonS3Client s3) => (_place, _s3) = (place, s3);

    /// <summary>
    /// Connects with the environment's credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, a role of the machine or the
    /// pod), and checks that they suffice.
    /// </summary>
    /// <exception cref="JobException">The bucket cannot be used; the message says why.</exception>
    public static async Task<BucketClient> OpenAsync(BucketPlace place, CancellationToken cancellation)
    {
        BucketClient? client = null;
        try
        {
#pragma warning disable CA2000 // The client disposes of it.
            client = new BucketClient(place, new AmazonS3Client(Settings(place)));
#pragma warning restore CA2000
            await client.RequireUsableAsync(cancellation);
            return client;
        }
        catch (StoreUnavailableException unusable)
        {
            client?.Dispose();
            throw new JobException(unusable.Message, unusable);
        }
        catch (Exception thrown) when (BucketErrors.Is(thrown, cancellation))
        {
            throw new JobException(BucketErrors.Of(thrown, place).Message, thrown);
        }
    }

    /// <summary>The client's settings for a place.</summary>
    internal static AmazonS3Config Settings(BucketPlace place)
    {
        var settings = new AmazonS3Config
        {
            // Callers retry later, too.
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = 3,
            Timeout = TimeSpan.FromMinutes(5),
        };
        if (place.Endpoint is { } endpoint)
        {
            // Services other than Amazon's rarely have a host name per bucket.
            settings.ServiceURL = endpoint.ToString();
            settings.ForcePathStyle = true;
            settings.AuthenticationRegion = Environment.GetEnvironmentVariable("AWS_REGION") ?? "us-east-1";
        }

        return settings;
    }

    /// <summary>Writes, lists and deletes a small object.</summary>
    internal async Task RequireUsableAsync(CancellationToken cancellation)
    {
        string probe = $"{Probe}-{Guid.NewGuid():N}";
        await PutAsync(probe, "", cancellation);
        await foreach (var _ in ListAsync(probe, cancellation))
        {
            break;
        }

        await DeleteAsync(probe, cancellation);
    }

    /// <summary>Size of an object, or null if it does not exist.</summary>
    internal async Task<long?> SizeAsync(string name, CancellationToken cancellation) =>
        (await DescribeAsync(name, cancellation))?.ContentLength;

    /// <summary>When an object was written, to the second, or null if it does not exist.</summary>
    internal async Task<DateTimeOffset?> ModifiedAtAsync(string name, CancellationToken cancellation) =>
        await DescribeAsync(name, cancellation) is { } found ? Written(found.LastModified) : null;

    /// <summary>Passes an object's bytes to a reader, whose own errors are not caught; false if it does not exist.</summary>
    /// <exception cref="JobException">The received bytes differ from the stored ones.</exception>
    internal async Task<bool> ReadAsync(string name, Func<Stream, Task> reader, CancellationToken cancellation)
    {
        using var response = await AskAsync(() => FindAsync(name, cancellation), cancellation);
        if (response is null)
        {
            return false;
        }

        try
        {
            await reader(response.ResponseStream);
            return true;
        }
        catch (AmazonClientException damaged)
        {
            // The service reports one checksum, and sent other bytes.
            throw new JobException(
                $"The object {name} of {_place} is not what was stored ({damaged.Message.TrimEnd('.')}): it was changed or damaged, upload "
                + "the file again or run the job that makes it.",
                damaged);
        }
        catch (Exception lost) when (lost is HttpIOException or IOException { InnerException: SocketException })
        {
            throw BucketErrors.Of(lost, _place);
        }
    }

    internal Task PutAsync(string name, string text, CancellationToken cancellation) => AskAsync(
        () => _s3.PutObjectAsync(
            new PutObjectRequest { BucketName = _place.Bucket, Key = Key(name), ContentBody = text, UseChunkEncoding = false },
            cancellation),
        cancellation);

    /// <summary>Uploads a file; it is visible, complete and durable, when this returns, and not before.</summary>
    internal Task UploadAsync(string name, string path, CancellationToken cancellation) =>
        AskAsync(() => new BucketUpload(_s3, _place.Bucket, Key(name)).SendAsync(path, cancellation), cancellation);

    /// <summary>Makes an object new, by copying it onto itself within the service.</summary>
    internal Task RefreshAsync(string name, CancellationToken cancellation) => AskAsync(
        () => _s3.CopyObjectAsync(
            new CopyObjectRequest
            {
                SourceBucket = _place.Bucket,
                SourceKey = Key(name),
                DestinationBucket = _place.Bucket,
                DestinationKey = Key(name),

                // Services refuse a copy onto itself that changes nothing.
                MetadataDirective = S3MetadataDirective.REPLACE,
            },
            cancellation),
        cancellation);

    internal Task DeleteAsync(string name, CancellationToken cancellation) =>
        AskAsync(() => _s3.DeleteObjectAsync(_place.Bucket, Key(name), cancellation), cancellation);

    /// <summary>The objects whose names begin with the given text.</summary>
    internal async IAsyncEnumerable<(string Name, long Size, DateTimeOffset ModifiedAt)> ListAsync(
        string beginning, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var page in PagesAsync(beginning, delimiter: null, cancellation))
        {
            foreach (var found in page.S3Objects ?? [])
            {
                yield return (found.Key[_place.Prefix.Length..], found.Size ?? 0, Written(found.LastModified));
            }
        }
    }

    /// <summary>The names of the folders directly below one, which ends in a slash.</summary>
    internal async Task<IReadOnlyList<string>> FoldersAsync(string folder, CancellationToken cancellation)
    {
        var folders = new List<string>();
        await foreach (var page in PagesAsync(folder, delimiter: "/", cancellation))
        {
            folders.AddRange((page.CommonPrefixes ?? []).Select(found => found[(_place.Prefix.Length + folder.Length)..].TrimEnd('/')));
        }

        return folders;
    }

    /// <inheritdoc/>
    public void Dispose() => _s3.Dispose();

    /// <inheritdoc/>
    public override string ToString() => _place.ToString();

    private async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(
        string beginning, string? delimiter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new ListObjectsV2Request { BucketName = _place.Bucket, Prefix = Key(beginning), Delimiter = delimiter };
        ListObjectsV2Response page;
        do
        {
            page = await AskAsync(() => _s3.ListObjectsV2Async(request, cancellation), cancellation);
            yield return page;
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    private Task<GetObjectMetadataResponse?> DescribeAsync(string name, CancellationToken cancellation) => AskAsync(
        async () =>
        {
            try
            {
                return await _s3.GetObjectMetadataAsync(_place.Bucket, Key(name), cancellation);
            }
            catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
        },
        cancellation);

    private async Task<GetObjectResponse?> FindAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return await _s3.GetObjectAsync(_place.Bucket, Key(name), cancellation);
        }
        catch (AmazonS3Exception missing) when (missing.ErrorCode == "NoSuchKey")
        {
            return null;
        }
    }

    // The SDK returns null if the service's answer lacks the field; every service says when an object was written.
    private static DateTimeOffset Written(DateTime? at) => new((at ?? DateTime.UnixEpoch).ToUniversalTime());

    private string Key(string name) => _place.Prefix + name;

    private Task AskAsync(Func<Task> call, CancellationToken cancellation) => AskAsync(
        async () =>
        {
            await call();
            return true;
        },
        cancellation);

    private async Task<T> AskAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (Exception thrown) when (BucketErrors.Is(thrown, cancellation))
        {
            throw BucketErrors.Of(thrown, _place);
        }
    }
}
