namespace Cluster.Client.Tests.Transfers;

public sealed class PublishedNameTests
{
    [Theory]
    [InlineData("report.html")]
    [InlineData("calibration/statistics.bin")]
    public void PathIn_PlainName_IsInTheFolder(string name) => PublishedName.PathIn("/out", name).ShouldBe($"/out/{name}");

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a//b")]
    [InlineData(".bashrc")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData("a/")]
    public void PathIn_NameThatLeadsElsewhere_IsRefused(string name) =>
        Should.Throw<RemoteException>(() => PublishedName.PathIn("/out", name));
}
