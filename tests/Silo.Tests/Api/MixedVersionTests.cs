using Cluster.Contract.V1;
using Orleans.Serialization;

namespace Cluster.Silo.Tests.Api;

/// <summary>Calls to a silo of another version, as during an upgrade: to be tried again, no defect.</summary>
public sealed class MixedVersionTests
{
    public static TheoryData<Exception> Failures =>
    [
        new TypeLoadException("Could not load type 'Cluster.Grains.Contracts.INewGrain'."),
        new MissingMethodException("Method not found: 'Cluster.Grains.Contracts.IJobGrain.UpdateAsync'."),
        new SerializerException("Could not find a codec for the type cluster.newMessage."),
    ];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Call_OfWhatTheOtherSideLacks_IsUnavailable(Exception failure)
    {
        await using var host = await ApiHost.StartAsync(
            new ApiOptions { PageTokenKey = ApiHost.Key },
            builder => builder.Services.AddSingleton<IOutgoingGrainCallFilter>(new OtherVersion(failure)));

        var refused = await Should.ThrowAsync<RpcException>(
            async () => await host.Jobs.PauseJobAsync(new PauseJobRequest { Name = (await host.CreateAsync()).Name }));

        refused.StatusCode.ShouldBe(StatusCode.Unavailable);
        refused.Status.Detail.ShouldBe(
            "Servers of the cluster are of different versions, as during an upgrade: try again once it has ended.");
    }

    [Fact]
    public void IsOfAnotherVersion_MissingLibrary_IsNot() =>
        GrainFailure.IsOfAnotherVersion(new DllNotFoundException("libtorch.so")).ShouldBeFalse();

    private sealed class OtherVersion(Exception failure) : IOutgoingGrainCallFilter
    {
        public Task Invoke(IOutgoingGrainCallContext context) =>
            context.MethodName == nameof(IJobGrain.PauseAsync) ? Task.FromException(failure) : context.Invoke();
    }
}
