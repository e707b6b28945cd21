using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace Cluster.Storage.Tests.S3;

public sealed class BucketErrorTests(S3Server server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RequireUsable_GoodBucket_LeavesNothing()
    {
        using var bucket = await Buckets.OpenAsync(server, server.NewPlace());

        await bucket.RequireUsableAsync(Token);

        (await bucket.ListAsync("", Token).ToArrayAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RequireUsable_WrongKey_NamesTheVariables()
    {
        string sentence = await RefusalAsync(server.NewPlace(), key: "another");

        sentence.ShouldContain("does not take the credentials of this server (InvalidAccessKeyId)");
        sentence.ShouldContain("AWS_ACCESS_KEY_ID");
    }

    [Fact]
    public async Task RequireUsable_NoSuchBucket_SaysSo() =>
        (await RefusalAsync("s3://elsewhere/here")).ShouldContain("has no bucket 'elsewhere': make it, or name another with --artefacts");

    [Fact]
    public async Task RequireUsable_KeyThatMayNotWrite_SaysWhatItMustBeAllowed() =>
        (await RefusalAsync(server.NewPlace(), answer: _ => new HttpResponseMessage(HttpStatusCode.Forbidden)))
            .ShouldContain("read, write and delete what begins with");

    [Fact]
    public async Task RequireUsable_NobodyThere_NamesTheAddress()
    {
        var refused = new HttpRequestException("Connection refused", new SocketException((int)SocketError.ConnectionRefused));

        (await RefusalAsync(server.NewPlace(), answer: _ => throw refused))
            .ShouldContain("could not be reached (Connection refused): start it, or correct --s3-endpoint");
    }

    [Fact]
    public void Of_NoCredentials_IsOneSentenceWithoutTheStackOfEachPlace()
    {
        var found = new AmazonServiceException("Unable to find credentials\n\nException 1 of 4:\n   at Amazon.Runtime.Fallback()");

        string sentence = BucketErrors.Of(found, new BucketPlace("files", "one/", Endpoint: null)).Message;

        sentence.ShouldStartWith("The store s3://files/one/ could not be asked (Unable to find credentials): name a region with AWS_");
        sentence.ShouldContain("AWS_ACCESS_KEY_ID");
        sentence.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("s3://bucket", "bucket", "")]
    [InlineData("s3://my.bucket-1/one/two", "my.bucket-1", "one/two/")]
    public void Parse_Place_HasBucketAndPrefix(string text, string bucket, string prefix) =>
        BucketPlace.Parse(text, endpoint: null).ShouldBe(new BucketPlace(bucket, prefix, Endpoint: null));

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3://Bucket")]
    [InlineData("/artefacts")]
    public void Parse_SomethingElse_IsNone(string text) => BucketPlace.Parse(text, endpoint: null).ShouldBeNull();

    private async Task<string> RefusalAsync(
        string place, string key = S3Server.Key, Func<Uri, HttpResponseMessage?>? answer = null)
    {
        using var bucket = await Buckets.OpenAsync(server, place, key, answer is null ? null : new Watched(answer).Around);
        return (await Should.ThrowAsync<StoreUnavailableException>(() => bucket.RequireUsableAsync(Token))).Message;
    }
}
