using Cluster.Contract.V1;
using Cluster.Coordinator.Model;

namespace Cluster.Silo.Tests.Api.Access;

/// <summary>A tenant sees only its own, by every call of the contract.</summary>
[Collection("api")]
public sealed class TenantTests
{
    private static readonly byte[] Model = [4, 5, 6];

    [Fact]
    public async Task Calls_OfAnotherTenant_FindNothing()
    {
        await using var host = await Tenants.StartAsync();
        using var client = AccessMatrix.Client(host);
        var begun = host.Node.Hold();
        var job = await Tenants.CreateAsync(host, Tenants.Ann, Model);
        await begun.WaitAsync(TestContext.Current.CancellationToken);

        foreach (var (method, (_, other)) in AccessMatrix.Rows.Where(row => row.Value.Other != OtherTenant.Shared))
        {
            foreach (string stranger in new[] { Tenants.Ben, Tenants.Old })
            {
                var (code, answer) = await AccessMatrix.CallAsync(client, method, stranger, Asking(method, job));

                code.ShouldBe(
                    other switch
                    {
                        OtherTenant.NotFound => StatusCode.NotFound,
                        OtherTenant.LeftOut => StatusCode.OK,
                        OtherTenant.Missing => StatusCode.FailedPrecondition,
                        _ => StatusCode.InvalidArgument,
                    },
                    $"{method} by {stranger}");
                answer.ShouldNotContain(job.Name, Case.Sensitive, method);
            }
        }

        // The owner's job is as it was, and there.
        foreach (string method in new[] { "JobService/GetJob", "JobService/ListJobs", "ArtefactService/DownloadArtefact" })
        {
            var (code, answer) = await AccessMatrix.CallAsync(client, $"cluster.v1.{method}", Tenants.Ann, Asking(method, job));
            code.ShouldBe(StatusCode.OK, method);
            answer.ShouldContain(method.StartsWith("Job", StringComparison.Ordinal) ? job.Name : job.Spec.Model);
        }

        (await host.Jobs.GetJobAsync(new GetJobRequest { Name = job.Name }, Tenants.Headers(Tenants.Ann)))
            .State.ShouldBe(JobState.Running);
        (await Tenants.UploadAsync(host, Tenants.Ben, Model)).Existed.ShouldBeFalse("its bytes were sent");
        (await Tenants.UploadAsync(host, Tenants.Ben, Model)).Existed.ShouldBeTrue();
    }

    [Fact]
    public async Task RequestIds_OfTwoTenants_AreTheirOwn()
    {
        const string Id = "6f2c9b1e-8f2a-4a53-9a44-222222222222";
        await using var host = await Tenants.StartAsync();

        var jobs = new[]
        {
            await Tenants.CreateAsync(host, Tenants.Ann, Model, Id),
            await Tenants.CreateAsync(host, Tenants.Ben, Model, Id),
            await Tenants.CreateAsync(host, Tenants.Old, Model, Id),
        };

        jobs.Select(job => job.Name).ShouldBeUnique();
        (await Tenants.CreateAsync(host, Tenants.Ann, Model, Id)).Name.ShouldBe(jobs[0].Name);
    }

    [Fact]
    public async Task Publications_AreTheTenantsOfTheirJob()
    {
        await using var host = await Tenants.StartAsync();
        var job = await Tenants.CreateAsync(host, Tenants.Ann, Model);
        await host.WatchAsync(job.Name, headers: Tenants.Headers(Tenants.Ann));
        job = await host.Jobs.GetJobAsync(new GetJobRequest { Name = job.Name }, Tenants.Headers(Tenants.Ann));
        var published = new DownloadArtefactRequest { Name = job.Artefacts.ShouldHaveSingleItem().Name };
        const string Download = "cluster.v1.ArtefactService/DownloadArtefact";
        using var client = AccessMatrix.Client(host);

        (await AccessMatrix.CallAsync(client, Download, Tenants.Ann, published)).Code.ShouldBe(StatusCode.OK);
        (await AccessMatrix.CallAsync(client, Download, Tenants.Ben, published)).Code.ShouldBe(StatusCode.NotFound);
        (await AccessMatrix.CallAsync(client, Download, Tenants.Old, published)).Code.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task JobsAndFiles_OfBefore_AreTheDefaultTenants()
    {
        await using var host = await Tenants.StartAsync();
        var job = await Tenants.CreateAsync(host, Tenants.Old, Model);
        var entry = await host.Services.GetRequiredService<IJobStore>()
            .FindAsync(job.Name["jobs/".Length..], TestContext.Current.CancellationToken);
        entry.ShouldNotBeNull().Tenant.ShouldBeNull("as an entry of a version without tenants");
        TenantName.Of(entry).ShouldBe("default");
        string unclaimed = await host.Artefacts.PutAsync(new MemoryStream([9]), TestContext.Current.CancellationToken);
        using var client = AccessMatrix.Client(host);
        var request = new DownloadArtefactRequest { Name = $"artefacts/{unclaimed}" };

        (await AccessMatrix.CallAsync(client, "cluster.v1.ArtefactService/DownloadArtefact", Tenants.Old, request))
            .Code.ShouldBe(StatusCode.OK);
        (await AccessMatrix.CallAsync(client, "cluster.v1.ArtefactService/DownloadArtefact", Tenants.Ben, request))
            .Code.ShouldBe(StatusCode.NotFound);
    }

    // A request that names the job, or its model, wherever its message has a place for a name.
    private static IMessage Asking(string method, Job job)
    {
        string name = method[(method.IndexOf('/', StringComparison.Ordinal) + 1)..];
        switch (name)
        {
            case nameof(JobService.JobServiceClient.CreateJob):
                return new CreateJobRequest { Spec = job.Spec };
            case nameof(ArtefactService.ArtefactServiceClient.UploadArtefact):
                return new UploadArtefactRequest
                {
                    Header = new UploadArtefactHeader { Sha256 = job.Spec.Model["artefacts/".Length..], SizeBytes = Model.Length },
                };
        }

        var input = AccessMatrix.Methods.Single(known => known.Name == name).InputType;
        var request = (IMessage)Activator.CreateInstance(input.ClrType)!;
        if ((input.FindFieldByName("name") ?? input.FindFieldByName("parent")) is { } field)
        {
            field.Accessor.SetValue(request, name.EndsWith("Artefact", StringComparison.Ordinal) ? job.Spec.Model : job.Name);
        }

        return request;
    }
}
