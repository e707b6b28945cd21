namespace Cluster.Client.Tests.Remote;

public sealed class EndpointTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly Dictionary<string, string> _variables;

    public EndpointTests() => _variables = new(StringComparer.Ordinal) { ["XDG_CONFIG_HOME"] = _folder.Root, ["HOME"] = _folder["home"] };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Resolve_NothingSet_IsTheUsualServerWithoutToken() =>
        Resolve().ShouldBe(new Endpoint(new Uri("http://127.0.0.1:5180"), null));

    [Fact]
    public void Resolve_EachSource_TheNearerOneWins()
    {
        _variables["CLUSTER_SERVER"] = "http://127.0.0.1:2";
        Resolve().Address.Port.ShouldBe(2);

        Profiles("""{ "default": { "server": "http://127.0.0.1:3" }, "other": { "server": "https://cluster.example:4" }, "bare": {} }""");
        Resolve().Address.Port.ShouldBe(3);
        Resolve(profile: "other").Address.ShouldBe(new Uri("https://cluster.example:4"));
        Resolve(profile: "bare").Address.Port.ShouldBe(2);
        Resolve(server: "http://127.0.0.1:5", profile: "other").Address.Port.ShouldBe(5);
    }

    [Fact]
    public void Resolve_TokenOfTheProfile_IsReadBesideTheProfilesOrInTheHomeFolder()
    {
        _folder.Write("cluster/token", "s3cret\n");
        _folder.Write("home/t", "other");
        Profiles(
            """{ "default": { "server": "https://a.example", "tokenFile": "token" }, "home": { "server": "https://b.example", "tokenFile": "~/t" } }""");
        Resolve().Token.ShouldBe("s3cret");
        Resolve(profile: "home").Token.ShouldBe("other");
    }

    [Fact]
    public void Resolve_AnotherServerThanTheProfiles_DoesNotGetItsToken()
    {
        _folder.Write("cluster/token", "s3cret");
        Profiles("""{ "default": { "server": "https://a.example", "tokenFile": "token" } }""");
        Resolve(server: "https://evil.example").Token.ShouldBeNull();
        Resolve(server: "https://a.example/").Token.ShouldBe("s3cret");
    }

    [Fact]
    public void Resolve_SeveralServers_AreCalledInThatOrderAndGetTheProfilesTokenOnlyWhereAllAreItsOwn()
    {
        _folder.Write("cluster/token", "s3cret");
        Profiles("""{ "default": { "server": "https://a.example, https://b.example", "tokenFile": "token" } }""");

        var endpoint = Resolve();
        endpoint.Address.ShouldBe(new Uri("https://a.example"));
        endpoint.Others.ShouldBe([new Uri("https://b.example")]);
        endpoint.Token.ShouldBe("s3cret");
        Resolve(server: "https://b.example").Token.ShouldBe("s3cret");
        Resolve(server: "https://a.example,https://evil.example").Token.ShouldBeNull();
    }

    [Theory]
    [InlineData("http://cluster.example:5180", false)]
    [InlineData("http://192.168.1.7:5180", false)]
    [InlineData("http://127.0.0.1:5180,http://192.168.1.7:5180", false)]
    [InlineData("https://cluster.example:5180", true)]
    [InlineData("http://localhost:5180", true)]
    [InlineData("http://127.0.0.9:5180", true)]
    [InlineData("http://[::1]:5180", true)]
    public void Resolve_Token_TravelsEncryptedOrNotAtAll(string server, bool isSent)
    {
        string token = _folder.Write("token", "s3cret");
        if (isSent)
        {
            Resolve(server, token: token).Token.ShouldBe("s3cret");
        }
        else
        {
            Should.Throw<UsageException>(() => Resolve(server, token: token)).Message.ShouldContain("readable for all");
        }
    }

    [Theory]
    [InlineData("cluster.example:5180")]
    [InlineData("ftp://cluster.example")]
    [InlineData("http://cluster.example/path")]
    [InlineData("http://user:word@cluster.example")]
    [InlineData("http://")]
    [InlineData("")]
    public void Resolve_NoAddress_IsAUsageError(string server) =>
        Should.Throw<UsageException>(() => Resolve(server)).Message.ShouldContain("is not an address");

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("two\nlines")]
    [InlineData("gänsefüßchen")]
    public void Resolve_FileWithoutToken_IsAUsageError(string content)
    {
        string token = _folder.Write("token", content);
        Should.Throw<UsageException>(() => Resolve(token: token)).Message.ShouldContain("holds no token");
    }

    [Fact]
    public void Resolve_MissingTokenFileOrProfile_IsNotFound()
    {
        Should.Throw<NotFoundException>(() => Resolve(token: _folder["nowhere"]));
        Should.Throw<NotFoundException>(() => Resolve(profile: "x")).Message.ShouldContain("holds none");
        Profiles("""{ "b": {}, "a": {} }""");
        Should.Throw<NotFoundException>(() => Resolve(profile: "x")).Message.ShouldEndWith("it has a, b.");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{ "default": { "sever": "http://127.0.0.1:1" } }""")]
    public void Resolve_ProfilesNotUnderstood_IsAUsageError(string json)
    {
        Profiles(json);
        Should.Throw<UsageException>(() => Resolve()).Message.ShouldContain("not understood");
    }

    [Fact]
    public void Resolve_CertificatesOfTheProfile_AreForItsServerAlone()
    {
        using var authority = new TestAuthority("lab");
        _folder.Write("cluster/ca", authority.Pem);
        var (certificate, key) = authority.Issue("me");
        _folder.Write("cluster/me.crt", certificate);
        _folder.Write("cluster/me.key", key);
        Profiles("""{ "default": { "server": "https://a.example", "ca": "ca", "cert": "me.crt", "key": "me.key" } }""");

        var tls = Resolve().Tls.ShouldNotBeNull();
        tls.Authorities.ShouldNotBeNull().ShouldHaveSingleItem().Subject.ShouldBe("CN=lab");
        tls.Identity.ShouldNotBeNull().Certificate.Subject.ShouldBe("CN=me");
        Resolve(server: "https://b.example").Tls.ShouldBeNull();
    }

    [Fact]
    public void Resolve_CertificatesThatCannotServe_AreUsageErrors()
    {
        string file = _folder.Write("file", "text");

        Refusal("https://a.example", new ServerFiles(Certificate: file)).ShouldContain("--cert is given without --key");
        Refusal("https://a.example", new ServerFiles(Key: file)).ShouldContain("--key is given without --cert");
        Refusal("http://127.0.0.1:1", new ServerFiles(Authorities: file)).ShouldContain("127.0.0.1:1 encrypts nothing; use https://");
        Refusal("https://a.example", new ServerFiles(Authorities: file)).ShouldContain($"--ca {file} has no certificate");
        Should.Throw<NotFoundException>(() => Resolve("https://a.example", new ServerFiles(Authorities: _folder["nowhere"])));

        string Refusal(string server, ServerFiles files) => Should.Throw<UsageException>(() => Resolve(server, files)).Message;
    }

    private void Profiles(string json) => _folder.Write("cluster/profiles.json", json);

    private Endpoint Resolve(string? server = null, string? profile = null, string? token = null) =>
        Resolve(server, new ServerFiles(token), profile);

    private Endpoint Resolve(string? server, ServerFiles files, string? profile = null) =>
        Endpoint.Resolve(
            server, profile, files, new ClientContext(name => _variables.GetValueOrDefault(name), TimeProvider.System, () => 0.5));
}
