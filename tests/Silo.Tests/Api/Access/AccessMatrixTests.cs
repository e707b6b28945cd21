using Cluster.Contract.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Cluster.Silo.Tests.Api.Access;

/// <summary>Who may make which call. A call of the contract that has no row here fails.</summary>
[Collection("api")]
public sealed class AccessMatrixTests
{
    private static readonly TokenList Tokens = TokenList.Parse(
        "--tokens test",
        $"""
        # One of each.
        name=reader role=read sha256={Tenants.Digest("reader")}
        name=submitter role=submit sha256={Tenants.Digest("submitter")}

        name=operator role=admin sha256={Tenants.Digest("operator")}
        """);

    [Fact]
    public void Rows_AreTheCallsOfTheContract() =>
        AccessMatrix.Methods.Select(method => $"{method.Service.FullName}/{method.Name}")
            .ShouldBe(AccessMatrix.Rows.Keys, ignoreOrder: true);

    [Fact]
    public async Task Calls_AreLetInByRole()
    {
        await using var host = await ApiHost.StartAsync(new ApiOptions { PageTokenKey = ApiHost.Key, Tokens = () => Tokens });
        using var client = AccessMatrix.Client(host);
        foreach (var (method, (needed, _)) in AccessMatrix.Rows)
        {
            (await AccessMatrix.CallAsync(client, method, token: null)).Code.ShouldBe(StatusCode.Unauthenticated, method);
            (await AccessMatrix.CallAsync(client, method, "guess")).Code.ShouldBe(StatusCode.PermissionDenied, method);
            foreach (var (token, role) in new[] { ("reader", Role.Read), ("submitter", Role.Submit), ("operator", Role.Admin) })
            {
                var (code, _) = await AccessMatrix.CallAsync(client, method, token);
                (code is not (StatusCode.Unauthenticated or StatusCode.PermissionDenied)).ShouldBe(
                    role >= needed, $"{method} by {role} ended with {code}");
            }
        }
    }

    [Fact]
    public async Task Calls_Mutating_AreLoggedWithCaller()
    {
        using var log = new LineLog();
        await using var host = await ApiHost.StartAsync(
            new ApiOptions { PageTokenKey = ApiHost.Key, Tokens = () => Tokens },
            builder => builder.Services.AddSingleton<ILoggerProvider>(log));
        var headers = new Metadata { { "authorization", "Bearer submitter" } };

        await host.Jobs.ListJobsAsync(new ListJobsRequest(), headers);
        await Errors.OfAsync(() => host.Jobs.CancelJobAsync(new CancelJobRequest { Name = "jobs/j-1\nforged" }, headers).ResponseAsync);

        string line = log.Lines.Where(entry => entry.Id == 2601).ShouldHaveSingleItem().Text;
        line.ShouldStartWith("submitter from ipv4:127.0.0.1:");
        line.ShouldContain(" called cluster.v1.JobService/CancelJob of 'jobs/j-1");
        line.ShouldEndWith("forged': invalid_argument");
        line.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("", "has no line where 'name=NAME role=read|submit|admin [tenant=TENANT] sha256=DIGEST' is expected: no caller")]
    [InlineData("name=a", "line 1, gives a no role")]
    [InlineData("role=read", "line 1, has no name")]
    [InlineData("name=a role=chief", "line 1, gives a no role")]
    [InlineData("\nname=a role=read sha256=12", "line 2, gives a no digest")]
    [InlineData("name=a role=read team=b", "line 1, has 'team=b'")]
    [InlineData("name=a role=read tenant=A/b", "line 1, gives a the tenant 'A/b'")]
    [InlineData("name=a name=b", "line 1, has 'name=b'")]
    public void Parse_WhatIsWrong_IsASentence(string text, string expected) =>
        Should.Throw<UsageException>(() => TokenList.Parse("--tokens t", text)).Message.ShouldContain(expected);

    [Fact]
    public void Parse_OneNameOrTokenTwice_IsRefused()
    {
        string first = $"name=a role=read sha256={Tenants.Digest("x")}";

        Refusal($"{first}\nname=a role=admin sha256={Tenants.Digest("y")}").ShouldContain("names a twice");
        Refusal($"{first}\nname=b role=admin sha256={Tenants.Digest("x")}").ShouldContain("gives a and b one token");

        static string Refusal(string text) => Should.Throw<UsageException>(() => TokenList.Parse("--tokens t", text)).Message;
    }
}
