using Cluster.Terminal.Tls;

namespace Cluster.Cli.Tests.Terminal.Tls;

public sealed class NamedFileTests
{
    private static readonly NamedFile Certificate = new("--cert", "a.crt");
    private static readonly NamedFile Key = new("--key", "a.key");

    [Fact]
    public void Pair_BothOrNeither_IsThem()
    {
        NamedFile.Pair(Certificate, Key, ("--cert", "--key")).ShouldBe((Certificate, Key));
        NamedFile.Pair(null, null, ("--cert", "--key")).ShouldBeNull();
    }

    [Fact]
    public void Pair_OneWithoutTheOther_NamesBothOptions()
    {
        Should.Throw<UsageException>(() => NamedFile.Pair(Certificate, null, ("--cert", "--key")))
            .Message.ShouldBe("--cert is given without --key: a certificate and its key go together.");
        Should.Throw<UsageException>(() => NamedFile.Pair(null, Key, ("--cert", "--key")))
            .Message.ShouldBe("--key is given without --cert: a certificate and its key go together.");
    }
}
