"""What users of neighbouring tools complain of, and the tests that scaudit gives no reason to.

Each complaint has its threads and its tests below; a test of another folder is named with its file. tests/contracts
holds the list against the tests.

completed, evicted, shut down and terminated pods fail the check, for years
    linkerd2 #6128, #4476, #8010, #11280, PR #6972
    test_completed_tasks_never_fail_a_check

the check hangs or is very slow while something is pending
    linkerd2 #3574
    test_a_pending_task_is_waited_for_but_not_for_ever, test_a_pending_task_does_not_hang_the_command

one check cannot be disabled, so people grep in CI; warnings were fatal
    linkerd2 #9529, #1550, #1807
    test_one_check_of_one_service_is_silenced_and_no_other, test_a_check_can_be_disabled_altogether,
    test_warnings_never_fail_a_run

the flag to suppress does not work as documented, not for one resource, and codes have false positives
    istio #58188, #17703, PR #46481, PR #51568
    test_the_documented_suppression_works_for_every_kind_of_fault, test_a_suppression_ends,
    test_what_is_ordinary_is_no_finding, checks/test_worlds.py::test_this_world_does_not,
    judge/test_suppression.py::test_only_a_tag_for_this_check_with_a_day_to_come_silences

validations cannot be ignored for an object, asked 2021, shipped 2026; false errors
    kiali #4197, #5309, PR #4205, PR #10065, #1884, #4711, #4764
    test_one_check_of_one_service_is_silenced_and_no_other, test_what_is_suppressed_is_still_on_record,
    test_what_is_ordinary_is_no_finding
    does not apply: to do so in a user interface; scaudit has none, a tag of the service is the place

stale proxies are invisible without a signal; 503s on rollouts
    istio #8320, #7665
    test_a_proxy_without_its_configuration_is_seen_though_ecs_calls_it_healthy,
    test_how_many_tasks_are_not_as_they_should_be_is_a_metric, test_registrations_that_outlive_a_rollout_are_told

the same finding is sent again and again; what is suppressed or resolved is mailed; one cause is four alerts
    aws-securityhub-to-slack #16, #1, aws-secure-environment-accelerator #1184, modernisation-platform #8325
    test_the_same_finding_is_not_sent_again_and_again, test_what_is_resolved_is_not_sent_again,
    test_one_cause_is_one_alert, test_many_tasks_that_fail_alike_are_one_alert

findings of deleted resources never close; muted ones are sent and counted
    prowler #2843, #3921, #10824
    test_findings_of_what_is_gone_close, test_muted_findings_are_neither_sent_nor_counted

only a change should alert; everything is delivered twice
    cloud-custodian #7164, #8702, #8302
    test_only_a_change_is_announced, test_duplicate_delivery_is_one_announcement

flapping
    alertmanager #204, #3048, grafana #7886, kibana #49412
    test_flapping_is_held_down, test_a_crash_loop_is_one_alert

every STOPPED event alerts; wanted is the signal of impaired starts, and a link to the console
    wellcomecollection/platform-infrastructure PR #378, #246
    test_tasks_that_merely_stop_alert_nobody, test_only_signals_of_trouble_make_it_look,
    test_an_alert_links_to_the_console

silence was the outage: two weeks of desired 1 and running 0, and missing data was no breach
    bike4mind PR #1956
    test_silence_is_a_failure, test_a_service_none_of_whose_tasks_runs_is_told_and_not_forgotten

throttling
    cloud-custodian #5911, #6506, #1812, #5598, #7265, steampipe-plugin-aws #893, #1726, prowler #7082,
    weaveworks/scope #2050, aws-nuke PR #610, cloud-map-mcs #128, PR #70, workload-discovery PR #355
    test_a_sweep_is_never_throttled, test_a_sweep_reads_full_pages_and_no_fact_twice,
    test_throttling_loses_nothing_and_invents_nothing

more than ten services or a hundred tasks, and the rest is not seen
    traefik #3625, ecs-refarch-task-rebalancing #2, cloud-custodian #6457
    test_the_last_of_many_is_seen, simulation/test_sweep_exact.py::test_services,
    simulation/test_sweep_exact.py::test_tasks_and_instances_of_one_service

marked healthy after SIGTERM; an unready container counts as healthy; as many writes a second as there are tasks
    consul-ecs #284, #300, #309, PR #320
    test_a_late_running_event_does_not_bring_a_stopped_task_back,
    test_a_description_that_is_older_than_its_event_is_not_judged, test_a_proxy_that_nothing_is_known_of_is_not_well,
    test_what_is_well_is_not_written_again_and_again
    does not apply: that the unready container got traffic; scaudit registers nothing and takes nothing out

stale targets answer for another service
    amazon-ecs-agent #1417, registrator #621, PR #339
    test_a_stale_registration_that_leads_to_another_service_is_critical,
    test_a_stale_registration_that_leads_nowhere_is_an_error

registration and deregistration come at the wrong time, or before the application is ready
    containers-roadmap #343, #473, #830, #1639, #2184, #2334
    test_late_registrations_and_deregistrations_have_their_time,
    test_registrations_and_deregistrations_that_never_come_are_told,
    test_requests_before_the_application_is_ready_are_warned_of

the proxy container is unhealthy, and it is hard to see why
    amazon-ecs-service-connect-agent #41, #91, #127, #155, amazon-ecs-agent #4397, copilot-cli #4354
    test_why_a_proxy_does_not_start_is_told_in_its_own_words,
    proxylog/test_transcripts.py::test_the_reason_is_the_one_that_happened

clients must be redeployed after a new endpoint
    containers-roadmap #2692, yelb #86
    test_clients_that_must_be_redeployed_are_named, test_services_that_may_have_to_be_redeployed_are_listed

a missing permission is shown as a fault; shared VPC
    amazon-ecs-exec-checker #44, #72, #46
    test_what_may_not_be_read_is_unknown_and_never_red, test_a_shared_namespace_that_may_not_be_read_is_unknown
    does not apply: what is checked of a shared VPC itself; scaudit reads no VPC, what is shared here is the namespace

cost and limits of rule engines
    copilot-cli #3516, aws-config-rules #81, cloud-custodian #6741, #2049
    test_a_sweep_tells_what_it_cost, test_the_number_of_rules_does_not_grow_with_the_estate

events carry neither health nor tags
    containers-roadmap #1515
    test_what_events_do_not_carry_is_asked_for, test_an_event_costs_no_more_reads_than_it_must
"""
