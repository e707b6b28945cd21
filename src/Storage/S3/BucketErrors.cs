using System.Net;
using Amazon.Runtime;

namespace Cluster.Storage.S3;

/// <summary>Turns refusals of a service, or of the network to it, into one sentence that says what to do.</summary>
internal static class BucketErrors
{
    /// <summary>Whether it is such a refusal, rather than a defect or a cancellation.</summary>
    public static bool Is(Exception thrown, CancellationToken cancellation) => thrown switch
    {
        StoreUnavailableException => false,
        AmazonServiceException or AmazonClientException or HttpRequestException or IOException => true,

        // The client's own time limit.
        OperationCanceledException => !cancellation.IsCancellationRequested,
        _ => false,
    };

    /// <summary>The refusal as a sentence for the user.</summary>
    public static StoreUnavailableException Of(Exception thrown, BucketPlace place) => new(Sentence(thrown, place), thrown);

    private static string Sentence(Exception thrown, BucketPlace place) => thrown switch
    {
        AmazonServiceException { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "ExpiredToken" or "InvalidToken" } wrong =>
            $"The store {place} does not take the credentials of this server ({wrong.ErrorCode}): correct AWS_ACCESS_KEY_ID and "
            + "AWS_SECRET_ACCESS_KEY, or whatever else gives the server its credentials.",
        AmazonServiceException { ErrorCode: "NoSuchBucket" } =>
            $"The store {place} has no bucket '{place.Bucket}': make it, or name another with --artefacts.",
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden } =>
            $"The store {place} does not let this server in: check its credentials, and let them list the bucket, and read, write and "
            + $"delete what begins with '{place.Prefix}'.",
        AmazonServiceException { ErrorCode.Length: > 0 } refused =>
            $"The store {place} did not do what was asked ({refused.ErrorCode}: {refused.Message}): see the service's own log.",
        AmazonServiceException { StatusCode: >= HttpStatusCode.BadRequest } refused =>
            $"The store {place} did not do what was asked ({(int)refused.StatusCode}): see the service's own log.",
        AmazonServiceException or AmazonClientException =>
            $"The store {place} could not be asked ({Told(thrown)}): name a region with AWS_REGION, and give the server "
            + "credentials, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for one.",
        _ => $"The store {place} could not be reached ({Told(thrown)}): start it, or correct --s3-endpoint or AWS_REGION.",
    };

    // Without credentials, the client lists the stack of every place that it searched.
    private static string Told(Exception thrown) => thrown.Message.Split('\n')[0].TrimEnd('\r', '.');
}
