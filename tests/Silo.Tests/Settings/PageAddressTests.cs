namespace Cluster.Silo.Tests.Settings;

public sealed class PageAddressTests
{
    [Theory]
    [InlineData("5190", "127.0.0.1:5190")]
    [InlineData("localhost:5190", "127.0.0.1:5190")]
    [InlineData("0.0.0.0:5190", "0.0.0.0:5190")]
    [InlineData("[::1]:5190", "[::1]:5190")]
    public void Parse_OfAnAddress_IsIt(string text, string address) =>
        PageAddress.Parse(text).ShouldBe(IPEndPoint.Parse(address));

    [Theory]
    [InlineData("")]
    [InlineData("70000")]
    [InlineData("127.0.0.1")]
    [InlineData("cluster.example:5190")]
    public void Parse_OfAnythingElse_SaysWhatIsExpected(string text) =>
        Should.Throw<UsageException>(() => PageAddress.Parse(text)).Message
            .ShouldBe($"--page must be [ADDRESS:]PORT, such as 5190, not '{text}'.");
}
