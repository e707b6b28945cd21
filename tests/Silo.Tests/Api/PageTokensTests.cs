namespace Cluster.Silo.Tests.Api;

public sealed class PageTokensTests
{
    private static readonly PageTokens Tokens = new(new ApiOptions { PageTokenKey = ApiHost.Key });

    [Fact]
    public void Read_OfAnotherSiloWithTheSameKey_IsThePosition() =>
        new PageTokens(new ApiOptions { PageTokenKey = [.. ApiHost.Key] }).Read("jobs?", Tokens.Write("jobs?", "7")).ShouldBe("7");

    [Fact]
    public void Read_AnyByteChanged_IsRefused()
    {
        var token = Tokens.Write("jobs?", "12345");

        for (var i = 0; i < token.Length; i++)
        {
            var other = string.Concat(token.AsSpan(0, i), token[i] == 'A' ? "B" : "A", token.AsSpan(i + 1));

            // The last character of the text has bits that stand for nothing.
            if (i < token.Length - 1)
            {
                Refused(() => Tokens.Read("jobs?", other));
            }
        }
    }

    [Fact]
    public void Read_OfAnotherRequestOrKey_IsRefused()
    {
        var token = Tokens.Write("jobs?Running", "7");

        Refused(() => Tokens.Read("jobs?", token));
        Refused(() => new PageTokens(new ApiOptions { PageTokenKey = new byte[32] }).Read("jobs?Running", token));
        Refused(() => Tokens.Read("jobs?Running", "not base64!"));
        Refused(() => Tokens.Read("jobs?Running", token[..4]));
    }

    [Fact]
    public void Key_FromAFile_IsMadeOnceAndForItsOwnerOnly()
    {
        using var folder = new WorkFolder();

        var first = PageTokenKey.FromFile(folder["page.key"]);

        first.Length.ShouldBe(32);
        PageTokenKey.FromFile(folder["page.key"]).ShouldBe(first);
        Directory.GetFiles(folder.Root).ShouldHaveSingleItem();
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(folder["page.key"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public void Key_FromASecret_FollowsFromItAlone()
    {
        PageTokenKey.FromSecret("Host=db").ShouldBe(PageTokenKey.FromSecret("Host=db"));
        PageTokenKey.FromSecret("Host=db").ShouldNotBe(PageTokenKey.FromSecret("Host=other"));
    }

    private static void Refused(Action read) => Should.Throw<RpcException>(read).StatusCode.ShouldBe(StatusCode.InvalidArgument);
}
