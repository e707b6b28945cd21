using Amazon.S3;
using Amazon.S3.Model;

namespace Cluster.Storage.S3;

/// <summary>
/// One upload of a file to a bucket: in one request if small, else in parts. Each part carries its checksum, which the service verifies;
/// the name becomes visible only when all parts are there.
/// </summary>
internal sealed class BucketUpload(IAmazonS3 s3, string bucket, string key)
{
    /// <summary>Files up to this size are sent in one request, and parts are at least as large, except the last.</summary>
    public const long PartLength = 16 << 20;

    // S3 takes 10,000.
    private const int MostParts = 9_000;

    private const int Looks = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task SendAsync(string path, CancellationToken cancellation)
    {
        long length = new FileInfo(path).Length;
        if (length <= PartLength)
        {
            await s3.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = bucket,
                    Key = key,
                    FilePath = path,
                    UseChunkEncoding = false,
                },
                cancellation);
        }
        else
        {
            await SendPartsAsync(path, length, cancellation);
        }

        await RequireWholeAsync(length, cancellation);
    }

    // A service may show less for a moment if the same artefact is also uploaded elsewhere.
    private async Task RequireWholeAsync(long length, CancellationToken cancellation)
    {
        long stored = -1;
        for (int look = 0; look < Looks && stored != length; look++)
        {
            await Task.Delay(look * Pause, cancellation);
            stored = (await s3.GetObjectMetadataAsync(bucket, key, cancellation)).ContentLength;
        }

        if (stored != length)
        {
            throw new IOException($"{stored} of {length} bytes arrived");
        }
    }

    private async Task SendPartsAsync(string path, long length, CancellationToken cancellation)
    {
        string upload = (await s3.InitiateMultipartUploadAsync(bucket, key, cancellation)).UploadId;
        try
        {
            long partLength = Math.Max(PartLength, (length + MostParts - 1) / MostParts);
            var parts = new List<UploadPartResponse>();
            for (long position = 0; position < length; position += partLength)
            {
                parts.Add(await s3.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = bucket,
                        Key = key,
                        UploadId = upload,
                        PartNumber = parts.Count + 1,
                        FilePath = path,
                        FilePosition = position,
                        PartSize = Math.Min(partLength, length - position),
                        UseChunkEncoding = false,
                    },
                    cancellation));
            }

            var whole = new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload };
            whole.AddPartETags(parts);
            await s3.CompleteMultipartUploadAsync(whole, cancellation);
        }
        catch
        {
            await AbandonAsync(upload);
            throw;
        }
    }

    // Parts cost storage until the upload is aborted. If this fails too, the bucket's own rule removes them (docs/guide/cluster.md).
    private async Task AbandonAsync(string upload)
    {
        try
        {
            await s3.AbortMultipartUploadAsync(bucket, key, upload, CancellationToken.None);
        }
        catch (Exception failure) when (BucketErrors.Is(failure, CancellationToken.None))
        {
            // The original failure is reported.
        }
    }
}
