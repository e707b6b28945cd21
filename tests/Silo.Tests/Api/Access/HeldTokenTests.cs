using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api.Access;

/// <summary>Tokens that are taken away while their calls go on.</summary>
[Collection("api")]
public sealed class HeldTokenTests
{
    [Theory]
    [InlineData("name=old role=admin", "")]
    [InlineData("name=old role=admin", "name=ann role=read tenant=another")]
    public async Task Watch_TokenThatIsTakenAway_EndsAsUnauthenticated(string kept, string changed)
    {
        var tokens = List(kept, "name=ann role=read");
        await using var host = await ApiHost.StartAsync(new ApiOptions { PageTokenKey = ApiHost.Key, Tokens = () => tokens });
        var request = await Tenants.RequestAsync(host, Tenants.Old, [1]);
        request.Spec.Target = "synthetic:groups=8,ms=60000..60000";
        var job = (await host.Jobs.CreateJobAsync(request, Tenants.Headers(Tenants.Old))).Job;
        using var ours = host.Jobs.WatchJob(new WatchJobRequest { Name = job.Name }, Tenants.Headers(Tenants.Ann));
        using var theirs = host.Jobs.WatchJob(new WatchJobRequest { Name = job.Name }, Tenants.Headers(Tenants.Old));
        (await ours.ResponseStream.MoveNext()).ShouldBeTrue();

        tokens = List(kept, changed);
        var end = await Should.ThrowAsync<RpcException>(async () =>
        {
            while (await ours.ResponseStream.MoveNext())
            {
                // What was on its way.
            }
        });

        (end.StatusCode, end.Info().Reason).ShouldBe((StatusCode.Unauthenticated, "TOKEN_WRONG"));
        (await theirs.ResponseStream.MoveNext()).ShouldBeTrue("the token of this one is there");
    }

    private static TokenList List(params string[] callers) => TokenList.Parse(
        "--tokens test",
        string.Join(
            '\n',
            callers.Where(caller => caller.Length > 0).Select(caller => $"{caller} sha256={Tenants.Digest(caller.Split(' ')[0][5..])}")));
}
