using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Orleans;
using Orleans.Connections.Security;

namespace Cluster.Silo.Tests.Hosting.Tls;

/// <summary>Whom silos believe, and what the log says of others.</summary>
public sealed class SiloTlsTests : IDisposable
{
    // As Orleans begins: two lengths, then what they are of.
    private const string Preamble = "\u002a\0\0\0\u0060\0\0\0the first message of a silo";

    private readonly WorkFolder _folder = new();
    private readonly TestAuthority _ours = new("ours");
    private readonly TestAuthority _others = new("others");
    private readonly LineLog _log = new();
    private readonly ServiceProvider _services;

    public SiloTlsTests() => _services = new ServiceCollection()
        .AddLogging(logging => logging.AddProvider(_log).LeaveOutWhatIsUsual()).BuildServiceProvider();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _services.Dispose();
        _log.Dispose();
        _folder.Dispose();
        _ours.Dispose();
        _others.Dispose();
    }

    [Fact]
    public async Task Servers_OfOneAuthority_HearEachOther()
    {
        (await MeetAsync(Accepting(Identity("a", _ours)), Connecting(Identity("b", _ours)))).ShouldBe(Preamble);
        _log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Caller_OfAnotherAuthority_IsRefusedInASentence()
    {
        (await MeetAsync(Accepting(Identity("a", _ours)), Connecting(Identity("b", _others)))).ShouldBeNull();

        Refusals.ShouldContain(
            "No connection with the server at 10.0.0.9:4711: its certificate (CN=b) is of no authority of --silo-ca (PartialChain) "
            + "(0 more were refused since the last that was told of)");
    }

    [Fact]
    public async Task Called_OfAnotherAuthority_IsLeftInASentence()
    {
        (await MeetAsync(Accepting(Identity("a", _others)), Connecting(Identity("b", _ours)))).ShouldBeNull();

        Refusals.ShouldContain(line => line.Contains("its certificate (CN=a) is of no authority of --silo-ca", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Caller_WithoutACertificate_IsRefusedInASentence()
    {
        var careless = new TlsOptions { RemoteCertificateValidation = (_, _, _) => true };
        var caller = Build(connection => connection.UseClientTls(careless), IntroduceAsync);

        (await MeetAsync(Accepting(Identity("a", _ours)), caller)).ShouldBeNull();

        Refusals.ShouldHaveSingleItem().ShouldContain(": it shows no certificate (0 more");
    }

    [Fact]
    public async Task Caller_Repeated_IsReportedOnce()
    {
        var server = Accepting(Identity("a", _ours));

        await MeetAsync(server, IntroduceAsync);
        await MeetAsync(server, IntroduceAsync);

        Refusals.Count().ShouldBe(1);
    }

    [Fact]
    public async Task Caller_OutOfForce_IsRefusedInASentence()
    {
        // It was good when it was read.
        var then = new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var old = Identity("b", _ours, new ManualTime(then), then.AddDays(1));

        (await MeetAsync(Accepting(Identity("a", _ours)), Connecting(old))).ShouldBeNull();

        Refusals.ShouldContain(line => line.Contains("its certificate (CN=b) is in force from", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Caller_WithoutTls_IsRefusedInASentence()
    {
        (await MeetAsync(Accepting(Identity("a", _ours)), IntroduceAsync)).ShouldBeNull();

        Refusals.ShouldHaveSingleItem().ShouldContain(
            "it speaks no TLS, does not shake hands, or does not believe this server's certificate");
    }

    [Fact]
    public async Task Certificates_Changed_TakeEffectAtNextConnection()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        var server = Accepting(Identity("a", _ours));
        var client = Connecting(Identity("b", _others, time));
        (await MeetAsync(server, client)).ShouldBeNull();

        _ours.Write(_folder, "b");
        time.Advance(ReloadedFiles<object>.Period);

        (await MeetAsync(server, client)).ShouldBe(Preamble);
    }

    [Fact]
    public void Certificate_OfAnotherAuthority_IsRefusedAtTheStart()
    {
        Identity("a", _ours).RequireMember();

        Should.Throw<UsageException>(() => Identity("b", _others).RequireMember()).Message.ShouldContain(
            "would be refused by the cluster's other servers, as its certificate (CN=b) is of no authority of --silo-ca (PartialChain): ");
    }

    private IEnumerable<string> Refusals => _log.Lines.Select(line => line.Text);

    private ServerIdentity Identity(string name, TestAuthority issuer, TimeProvider? time = null, DateTimeOffset? until = null)
    {
        var (certificate, key) = issuer.Write(_folder, name, until);
        return new ServerIdentity(
            (new NamedFile("--tls-cert", certificate), new NamedFile("--tls-key", key)),
            new NamedFile("--silo-ca", _ours.Write(_folder)),
            time ?? TimeProvider.System);
    }

    private ConnectionDelegate Accepting(ServerIdentity identity) => Build(connection => SiloTls.Accept(connection, identity), EchoAsync);

    private ConnectionDelegate Connecting(ServerIdentity identity) =>
        Build(connection => SiloTls.Connect(connection, identity), IntroduceAsync);

    private ConnectionDelegate Build(Action<IConnectionBuilder> encrypt, ConnectionDelegate speak)
    {
        var connection = new ConnectionBuilder(_services);
        encrypt(connection);
        return connection.Run(context => speak(context)).Build();
    }

    /// <summary>Connects two sides.</summary>
    /// <returns>What the caller had for an answer, or null for none.</returns>
    private static async Task<string?> MeetAsync(ConnectionDelegate accepting, ConnectionDelegate connecting)
    {
        var (there, back) = (new Pipe(), new Pipe());
        var server = new DefaultConnectionContext { Transport = new Ends(there.Reader, back.Writer) };
        var client = new DefaultConnectionContext { Transport = new Ends(back.Reader, there.Writer) };
        server.RemoteEndPoint = client.RemoteEndPoint = new IPEndPoint(IPAddress.Parse("10.0.0.9"), 4711);
        await Task.WhenAll(SpeakAsync(accepting, server), SpeakAsync(connecting, client)).WaitAsync(Token);
        return client.Items.TryGetValue("answer", out object? answer) ? (string)answer! : null;
    }

    private static async Task SpeakAsync(ConnectionDelegate side, DefaultConnectionContext context)
    {
        await side(context);
        await context.Transport.Output.CompleteAsync();
        await context.Transport.Input.CompleteAsync();
    }

    private static async Task EchoAsync(ConnectionContext context)
    {
        var read = await context.Transport.Input.ReadAsync(Token);
        foreach (var part in read.Buffer)
        {
            await context.Transport.Output.WriteAsync(part, Token);
        }
    }

    private static Task IntroduceAsync(ConnectionContext context) => AskAsync(context, context.Transport.Input, context.Transport.Output);

    private static async Task AskAsync(ConnectionContext context, PipeReader input, PipeWriter output)
    {
        try
        {
            await output.WriteAsync(Encoding.ASCII.GetBytes(Preamble), Token);
            var read = await input.ReadAtLeastAsync(Preamble.Length, Token);
            if (!read.IsCompleted)
            {
                context.Items["answer"] = Encoding.ASCII.GetString(read.Buffer.ToArray());
            }
        }
        catch (IOException)
        {
            // In TLS 1.3 a client has finished before the server has looked at its certificate: it learns of a refusal here.
        }
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
