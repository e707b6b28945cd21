using Cluster.Client.Data;
using Cluster.Terminal;

namespace Cluster.Client.Tests.Data;

public sealed class SpecTextTests
{
    [Theory]
    [InlineData("folder:calib", "folder", "calib", null, "")]
    [InlineData("folder:a b/c,labels=x/val.csv@0..512", "folder", "a b/c", "x/val.csv", "@0..512")]
    [InlineData("cifar10:test.bin.gz@-1000..", "cifar10", "test.bin.gz", null, "@-1000..")]
    [InlineData("idx:a+b@2x", "idx", "a+b@2x", null, "")]
    [InlineData("idx:x@1..2@..", "idx", "x@1..2", null, "@..")]
    public void Parse_OnePart_IsTakenApartAndPutTogetherAgain(string text, string scheme, string path, string? labels, string slice)
    {
        var part = SpecText.Parse(text).ShouldHaveSingleItem();
        part.ShouldBe(new SpecPart(scheme, path, labels, slice));
        part.ToString().ShouldBe(text);
    }

    [Fact]
    public void Parse_SeveralParts_ArePartedBeforeSchemesOnly() =>
        SpecText.Parse("idx:a+b@..5+folder:c,labels=d+cifar10:e").Select(part => part.ToString()).ShouldBe(["idx:a+b@..5", "folder:c,labels=d", "cifar10:e"]);

    [Theory]
    [InlineData("")]
    [InlineData("calib")]
    [InlineData("imagenet:calib")]
    [InlineData("folder:")]
    [InlineData("folder:,labels=x")]
    [InlineData("folder:x,labels=")]
    [InlineData("folder:x\0")]
    public void Parse_NoSpec_IsAUsageError(string text) => Should.Throw<UsageException>(() => SpecText.Parse(text));
}
