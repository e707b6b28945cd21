[assembly: AssemblyFixture(typeof(Cluster.Storage.Tests.Postgres.PostgresFixture))]
