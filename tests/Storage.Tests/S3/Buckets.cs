using Amazon.Runtime;
using Amazon.S3;

namespace Cluster.Storage.Tests.S3;

/// <summary>Clients of a test's server.</summary>
internal static class Buckets
{
    public static async Task<BucketClient> OpenAsync(
        S3Server server, string place, string key = S3Server.Key, Func<HttpMessageHandler, HttpMessageHandler>? through = null)
    {
        var where = BucketPlace.Parse(place, await server.AddressAsync()).ShouldNotBeNull();
        var settings = BucketClient.Settings(where);
        if (through is not null)
        {
            settings.HttpClientFactory = new Factory(through);
            settings.MaxErrorRetry = 0;
        }

#pragma warning disable CA2000 // The client disposes of it.
        return new BucketClient(where, new AmazonS3Client(new BasicAWSCredentials(key, S3Server.Key), settings));
#pragma warning restore CA2000
    }

    private sealed class Factory(Func<HttpMessageHandler, HttpMessageHandler> through) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(through(new SocketsHttpHandler()));

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }
}
